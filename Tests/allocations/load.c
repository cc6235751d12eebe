// load DEVICE PAIRS plain|contended|polled: takes and returns so many tokens, no more and no fewer.
//   plain      one process, with tokens to spare
//   contended  4 processes for the one token that is left of the device's: reads wait
//   polled     4 processes that poll before they read without waiting
// It holds all tokens but one in the last two, so that the device must have 4 or more.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what) { perror(what), exit(1); }

static void take(int file, int polls)
{
    char token;
    struct pollfd wanted = {.fd = file, .events = POLLIN};
    while (read(file, &token, 1) != 1) {
        if (errno != EAGAIN && errno != EINTR) die("read");
        if (polls && poll(&wanted, 1, 1000) < 0) die("poll");
    }
}

static void run(const char *device, long pairs, int polls)
{
    int file = open(device, O_RDWR | (polls ? O_NONBLOCK : 0));
    if (file < 0) die(device);
    for (long i = 0; i < pairs; i++) {
        take(file, polls);
        if (write(file, "+", 1) != 1) die("write");
    }
    exit(0);
}

int main(int count, char **words)
{
    if (count != 4) return 64;
    long pairs = atol(words[2]);
    int polls = !strcmp(words[3], "polled"), status, failed = 0;
    if (!strcmp(words[3], "plain")) run(words[1], pairs, 0);
    int hoard = open(words[1], O_RDWR | O_NONBLOCK);
    char token;
    long hoarded = 0;
    while (read(hoard, &token, 1) == 1) hoarded++;
    if (hoarded < 1 || write(hoard, "+", 1) != 1) die("hoard");
    for (int i = 0; i < 4; i++)
        if (fork() == 0) run(words[1], pairs / 4, polls);
    while (wait(&status) > 0) failed |= status != 0;
    return failed;
}
