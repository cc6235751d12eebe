// What a program needs that stays as another one's parent.
#ifndef STEVE_SUPERVISE_H
#define STEVE_SUPERVISE_H

#include <sys/types.h>

// Stops ignoring the end of children, in case the starter of this program ignored it: otherwise the kernel
// would report none to us. Call it before every fork.
void clinux_expect_children(void);
// prctl(2) PR_SET_CHILD_SUBREAPER; also stops ignoring the end of children.
int clinux_become_reaper(void);
// Lets SIGTERM, SIGINT, SIGHUP and SIGQUIT end this process with 128 and their number, unless they are
// ignored. The kernel drops these signals if the first process of a namespace has not asked for them.
void clinux_end_by_signals(void);
// waitpid(2) for any child that has ended, which it reaps, or stopped. Returns its pid, or 0 if there is
// none.
pid_t clinux_child_changed(int *status);

#endif
