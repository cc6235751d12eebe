#define _GNU_SOURCE
#include "detach.h"
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

static int start(char *const *arguments, char *const *environment, int errors, const int *inherited, int count)
{
    int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nothing == -1 || (errors >= 0 && dup2(errors, STDERR_FILENO) == -1))
        return errno;
    pid_t process;
    return clinux_spawn(&process, arguments, environment, nothing, inherited, count, 1) == -1 ? errno : 0;
}

int clinux_spawn_detached(char *const *arguments, char *const *environment, int errors, const int *inherited,
                          int count)
{
    pid_t between = fork();
    if (between == -1)
        return -1;
    if (between == 0)
        _exit(start(arguments, environment, errors, inherited, count));
    int status;
    while (waitpid(between, &status, 0) == -1)
        if (errno != EINTR)
            return -1;
    // Every errno fits into an exit status.
    errno = WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD;
    return errno == 0 ? 0 : -1;
}
