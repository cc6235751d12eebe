#define _GNU_SOURCE
#include "supervise.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void clinux_expect_children(void)
{
    struct sigaction now;
    if (sigaction(SIGCHLD, 0, &now) == 0 && now.sa_handler == SIG_IGN)
        signal(SIGCHLD, SIG_DFL);
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
