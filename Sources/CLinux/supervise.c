#define _GNU_SOURCE
#include "supervise.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int prepare(posix_spawnattr_t *attributes, posix_spawn_file_actions_t *actions, int terminal)
{
    sigset_t none;
    sigemptyset(&none);
    int failure = posix_spawnattr_setsigmask(attributes, &none);
    if (failure == 0)
        failure = posix_spawnattr_setpgroup(attributes, 0);
    if (failure == 0)
        failure = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    // In the child, before it executes: it never reads from a terminal that is not its own yet.
    if (failure == 0 && terminal >= 0)
        failure = posix_spawn_file_actions_addtcsetpgrp_np(actions, terminal);
    return failure;
}

int clinux_spawn_job(pid_t *process, char *const *arguments, char *const *environment, int terminal)
{
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_init(&actions);
    int failure = prepare(&attributes, &actions, terminal);
    if (failure == 0)
        failure = posix_spawnp(process, arguments[0], &actions, &attributes, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    errno = failure;
    return failure == 0 ? 0 : -1;
}

int clinux_become_reaper(void)
{
    if (signal(SIGCHLD, SIG_DFL) == SIG_ERR)
        return -1;
    return prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL);
}

static void end(int number) { _exit(128 + number); }

void clinux_end_by_signals(void)
{
    const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};
    for (int i = 0; i < 4; i++)
        if (signal(numbers[i], end) == SIG_IGN)
            signal(numbers[i], SIG_IGN);
}

pid_t clinux_child_changed(int *status) { return waitpid(-1, status, WNOHANG | WUNTRACED); }
