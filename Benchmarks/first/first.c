// first PATH COMMAND [ARGUMENT]...: starts a token server; prints the milliseconds until a client has a token
// from PATH, and the peak of the server's memory so far. Ends the server with SIGTERM.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

// A file that lies at PATH before the server starts gives no byte.
static int has_token(const char *path) {
    char byte = 0;
    int file = open(path, O_RDWR | O_CLOEXEC), got = file >= 0 && read(file, &byte, 1) == 1 && byte == '+';
    if (got && write(file, &byte, 1) != 1) perror("first: write");
    if (file >= 0) close(file);
    return got;
}

static long peak_kib(pid_t pid) {
    char path[64], line[256];
    long peak = -1;
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file)) sscanf(line, "VmHWM: %ld", &peak);
    if (file) fclose(file);
    return peak;
}

int main(int count, char **words) {
    if (count < 3) return fputs("usage: first PATH COMMAND [ARGUMENT]...\n", stderr), 64;
    double since = now_ms();
    pid_t server = fork();
    if (server == 0) {
        execvp(words[2], words + 2);
        perror(words[2]);
        _exit(127);
    }
    while (!has_token(words[1])) {
        if (waitpid(server, 0, WNOHANG) != 0) return fputs("first: the server ended\n", stderr), 1;
        if (now_ms() - since > 30000) return kill(server, SIGKILL), fputs("first: no token in 30 s\n", stderr), 1;
        usleep(200);
    }
    printf("first_ms=%.1f idle_peak_kib=%ld\n", now_ms() - since, peak_kib(server));
    kill(server, SIGTERM);
    waitpid(server, 0, 0);
    return 0;
}
