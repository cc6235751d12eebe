// What a program needs that stays as the parent of another one.
#ifndef STEVE_SUPERVISE_H
#define STEVE_SUPERVISE_H

#include <sys/types.h>

// The end of a child is no longer ignored, if whoever started this program ignored it: else nobody would be
// told of it. Called before every fork.
void clinux_expect_children(void);
// prctl(2) PR_SET_CHILD_SUBREAPER; the end of a child is no longer ignored, if it was.
int clinux_become_reaper(void);
// SIGTERM, SIGINT, SIGHUP and SIGQUIT end this process with 128 and their number, unless they are ignored;
// the kernel leaves them out where the first process of a namespace has not asked for them.
void clinux_end_by_signals(void);
// waitpid(2) for any child that has ended, which is reaped, or stopped: its pid, 0 when there is none of
// these.
pid_t clinux_child_changed(int *status);

#endif
