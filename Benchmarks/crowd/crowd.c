// A crowd at the control socket, which is as rude as can be for SECONDS.
//   crowd SOCKET CONNECTIONS SECONDS mixed|status|ping|garbage
//       what its connections do; mixed is a fifth of each of:
//       half a line; ten megabytes without an end; garbage; status without reading a word of it; status,
//       again and again
//   crowd --hold DEVICE COUNT        COUNT processes take a token each and keep it, until this one is killed
// Prints one line: how many answers came, and how many connections the daemon closed and the crowd made anew.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 1024 };
enum kind { HALF, ENDLESS, GARBAGE, DEAF, STATUS, PING };
static struct peer { int file; enum kind kind; int waits; } peers[MOST];
static char noise[4000], reply[1 << 16];
static const char *path;
static unsigned long answers, again;

static void fail(const char *what) { perror(what), exit(1); }

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void come(struct peer *peer) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof name.sun_path) errno = ENAMETOOLONG, fail(path);
    strcpy(name.sun_path, path);
    peer->file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (peer->file < 0 || connect(peer->file, (void *)&name, sizeof name)) fail(path);
    if (fcntl(peer->file, F_SETFL, O_NONBLOCK)) fail("fcntl");
    peer->waits = 0;
}

static int says(struct peer *peer, const char *text, size_t length) {
    ssize_t sent = send(peer->file, text, length, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) {
        close(peer->file), come(peer), again++;
        return 0;
    }
    return sent > 0;
}

static void speak(struct peer *peer) {
    static const char status[] = "{\"id\":1,\"do\":\"status\"}\n", ping[] = "{\"id\":1,\"do\":\"ping\"}\n";
    switch (peer->kind) {
    case HALF: peer->waits = says(peer, status, 9); break;
    case ENDLESS: says(peer, noise, sizeof noise - 1); break;
    case DEAF: says(peer, status, sizeof status - 1); break;
    case GARBAGE: peer->waits = says(peer, noise, sizeof noise); break;
    case STATUS: peer->waits = says(peer, status, sizeof status - 1); break;
    case PING: peer->waits = says(peer, ping, sizeof ping - 1); break;
    }
}

static void listen_to(struct peer *peer) {
    ssize_t count = recv(peer->file, reply, sizeof reply, 0);
    if (count == 0 || (count < 0 && errno != EAGAIN)) {
        close(peer->file), come(peer), again++;
        return;
    }
    // A greeting has no id, and is no answer.
    for (ssize_t i = 0; i < count; i++)
        if (reply[i] == '\n') answers++, peer->waits = 0;
}

_Noreturn static void hold(const char *device, int count) {
    for (int i = 0; i < count; i++) {
        pid_t pid = fork();
        if (pid < 0) fail("fork");
        if (pid > 0) continue;
        char token;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        int file = open(device, O_RDWR);
        if (file < 0 || read(file, &token, 1) != 1) fail(device);
        for (;;) pause();
    }
    for (;;) pause();
}

int main(int argc, char **argv) {
    if (argc == 4 && !strcmp(argv[1], "--hold")) hold(argv[2], atoi(argv[3]));
    static const char *names[] = {"mixed", "garbage", "status", "ping"};
    static const enum kind kinds[] = {HALF, GARBAGE, STATUS, PING};
    int which = 0, count = argc == 5 ? atoi(argv[2]) : 0;
    while (argc == 5 && which < 4 && strcmp(argv[4], names[which])) which++;
    if (count < 1 || count > MOST || which == 4) {
        fputs("usage: crowd SOCKET CONNECTIONS SECONDS mixed|status|ping|garbage, or crowd --hold DEVICE COUNT\n", stderr);
        return 64;
    }
    path = argv[1];
    memset(noise, 'x', sizeof noise);
    noise[sizeof noise - 1] = '\n';
    for (int i = 0; i < count; i++) {
        peers[i].kind = which ? kinds[which] : (enum kind)(i % 5);
        come(peers + i);
    }
    static struct pollfd files[MOST];
    double end = now() + atof(argv[3]);
    while (now() < end) {
        for (int i = 0; i < count; i++) {
            int hears = peers[i].kind != DEAF && peers[i].kind != ENDLESS;
            files[i] = (struct pollfd){.fd = peers[i].file, .events = (hears ? POLLIN : 0) | (peers[i].waits ? 0 : POLLOUT)};
        }
        if (poll(files, count, 100) < 0) fail("poll");
        for (int i = 0; i < count; i++) {
            if (files[i].revents & (POLLIN | POLLERR | POLLHUP)) listen_to(peers + i);
            else if (files[i].revents & POLLOUT) speak(peers + i);
        }
    }
    printf("answers=%lu again=%lu\n", answers, again);
    return 0;
}
