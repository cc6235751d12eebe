// What a server gives up once it serves: system calls and files that it does not need.
#ifndef STEVE_CONFINE_H
#define STEVE_CONFINE_H

#include <stdint.h>

// Filters the system calls of this thread and of all that it starts, for good: only those in filter.c's list
// are allowed. Others fail with EPERM, or with ENOSYS if they are newer than the list. Takes SIGSYS and sets
// no_new_privs. -1 with errno if this kernel or machine has no such filter: ENOSYS, EINVAL, EPERM.
int clinux_filter_calls(void);
// The number of a refused call that was not reported yet; reports each once. -1 if there is none.
int clinux_refused_call(void);

// Opens a list of what stays allowed, a landlock(7) ruleset; -1 with errno if this kernel has none: ENOSYS,
// EOPNOTSUPP.
int clinux_bounds_open(void);
enum { CLINUX_READ = 1, CLINUX_WRITE = 2 };
// Allows `what` below that folder, or for that file.
int clinux_bounds_allow(int bounds, const char *path, int what);
// Bounds this thread for good: it may use only the files of the list, TCP is closed, and signals and abstract
// sockets reach no other process, as far as this kernel knows these. Sets no_new_privs.
int clinux_bounds_enforce(int bounds);

#endif
