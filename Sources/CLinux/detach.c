#define _GNU_SOURCE
#include "detach.h"
#include "clinux.h"
#include "supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4U
#endif

// Only the first three descriptors survive an exec, and those whose flag is cleared again.
static void keep_no_descriptors(void)
{
    if (syscall(SYS_close_range, 3U, UINT_MAX, CLOSE_RANGE_CLOEXEC) == 0)
        return;
    struct rlimit limit;
    int end = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ? (int)limit.rlim_cur : 65536;
    for (int number = 3; number < end; number++)
        fcntl(number, F_SETFD, FD_CLOEXEC);
}

// Lifts a limit that was meant for the starter.
static void lift(int resource)
{
    struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY}, limit;
    if (setrlimit(resource, &none) == 0 || getrlimit(resource, &limit) == -1)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(resource, &limit);
}

// Gives up what a process inherits and should not have; where the kernel refuses that, it keeps it.
static int inherit_nothing(void)
{
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    umask(077);
    lift(RLIMIT_CPU);
    lift(RLIMIT_FSIZE);
    lift(RLIMIT_DATA);
    lift(RLIMIT_AS);
    struct sched_param ordinary = {0};
    sched_setscheduler(0, SCHED_OTHER, &ordinary);
    if (getpriority(PRIO_PROCESS, 0) > 0)
        setpriority(PRIO_PROCESS, 0, 0);
    keep_no_descriptors();
    return chdir("/");
}

static int start(char *const *arguments, char *const *environment, int errors, const int *inherited, int count)
{
    int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nothing == -1 || (errors >= 0 && dup2(errors, STDERR_FILENO) == -1))
        return errno;
    if (inherit_nothing() == -1)
        return errno;
    pid_t process;
    int result = clinux_spawn(&process, arguments, environment, nothing, inherited, count, CLINUX_OWN_SESSION, -1);
    return result == -1 ? errno : 0;
}

int clinux_spawn_detached(char *const *arguments, char *const *environment, int errors, const int *inherited,
                          int count)
{
    clinux_expect_children();
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
