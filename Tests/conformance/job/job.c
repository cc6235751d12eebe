/* What the builds of the conformance suite run, and what counts their jobs from outside.
 *   job                  waits $JOB_SECONDS
 *   job-run COMMAND...   (this program under that name) runs COMMAND, at least that long
 *   job-mark COMMAND...  writes a line with "=" and becomes COMMAND
 * Start and end are lines in $JOB_LOG: "+ NANOSECONDS PID CLIENT", then the same with "-". A short line goes whole into
 * a file that is only appended to. A job that is told to end says so first; one that is killed cannot. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t told;
static pid_t child;

static long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void say(char mark)
{
    const char *path = getenv("JOB_LOG"), *client = getenv("JOB_CLIENT");
    int log = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666) : -1;
    char line[128];
    int length = snprintf(line, sizeof line, "%c %lld %d %.60s\n", mark, now(), getpid(), client ? client : "-");
    if (log < 0 || write(log, line, length) != length) {
        fprintf(stderr, "job: no line in JOB_LOG=%s\n", path ? path : "");
        exit(70);
    }
    close(log);
}

static void hear(int number)
{
    told = number;
    if (child > 0) kill(child, number);
}

int main(int count, char **words)
{
    const char *name = strrchr(words[0], '/'), *length = getenv("JOB_SECONDS");
    name = name ? name + 1 : words[0];
    if (!strcmp(name, "job-mark") && count > 1) {
        say('=');
        execvp(words[1], words + 1);
        return perror(words[1]), 127;
    }
    struct sigaction action = {.sa_handler = hear};
    for (const int *s = (const int[]){SIGINT, SIGTERM, SIGHUP, 0}; *s; s++) sigaction(*s, &action, NULL);
    long long end = now() + (long long)((length ? atof(length) : 0.1) * 1e9);
    int status = 0;
    say('+');
    if (!strcmp(name, "job-run") && count > 1) {
        child = fork();
        if (child == 0) {
            execvp(words[1], words + 1);
            perror(words[1]);
            _exit(127);
        }
        while (waitpid(child, &status, 0) < 0) {}
        child = 0;
    }
    for (long long left; !told && (left = end - now()) > 0;) {
        struct timespec rest = {left / 1000000000LL, left % 1000000000LL};
        nanosleep(&rest, NULL);
    }
    say('-');
    if (told) {
        signal(told, SIG_DFL);
        raise(told);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
