/* A client for shell scripts: client hoard|take|hog ...
 *   hoard PATH     takes tokens until none is to be had at once, prints how many, keeps them
 *   take PATH      waits for one token, prints how many milliseconds it took, keeps it
 *   open PATH      has the device open and takes nothing
 *   hog PATH MIB   as take, then fills so much memory
 *   as PATH PID    becomes a child with this process id, which must be free, and goes on as take
 * PATH may be -: the standard input, open for reading and writing.
 * Each keeps what it has until it is killed. */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static void keep(void)
{
    fflush(stdout);
    for (;;) pause();
}

/* clone3(2) with set_tid: takes a process id at once that was used before. */
static void become(pid_t pid)
{
    struct clone_args arguments = {
        .exit_signal = 17, .set_tid = (unsigned long)&pid, .set_tid_size = 1};
    long child = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (child < 0) exit((perror("clone3"), 1));
    if (child > 0) _exit(0);
}

int main(int count, char **words)
{
    char byte;
    if (count < 3) return fprintf(stderr, "usage: client hoard|take|open|hog|as PATH [MIB|PID]\n"), 64;
    if (!strcmp(words[1], "as")) become(count > 3 ? atoi(words[3]) : 0);
    int flags = O_RDWR | (strcmp(words[1], "hoard") ? 0 : O_NONBLOCK);
    int file = strcmp(words[2], "-") ? open(words[2], flags) : 0;
    if (file == 0 && fcntl(0, F_SETFL, flags)) return perror("fcntl"), 1;
    if (file < 0) return perror(words[2]), 1;
    if (!strcmp(words[1], "open")) keep();
    if (!strcmp(words[1], "hoard")) {
        int tokens = 0;
        while (read(file, &byte, 1) == 1) tokens++;
        printf("%d\n", tokens);
        keep();
    }
    double start = now();
    while (read(file, &byte, 1) != 1)
        if (errno != EINTR) return perror("read"), 1;
    printf("%.0f\n", now() - start);
    fflush(stdout);
    if (!strcmp(words[1], "hog")) {
        size_t size = (size_t)(count > 3 ? atol(words[3]) : 0) << 20;
        volatile char *memory = malloc(size);
        if (!memory) return perror("malloc"), 1;
        for (size_t page = 0; page < size; page += 4096) memory[page] = 1;
        printf("full\n");
    }
    keep();
}
