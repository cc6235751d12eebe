// What a server gives up once it serves: system calls that it does not need, and files.
#ifndef STEVE_CONFINE_H
#define STEVE_CONFINE_H

#include <stdint.h>

// From now on, and for good, only system calls of the list in filter.c are done for this thread and what it
// starts; others fail with EPERM, or ENOSYS where they are newer than the list. Takes SIGSYS and sets
// no_new_privs. -1 with errno where this kernel or machine has no such filter: ENOSYS, EINVAL, EPERM.
int clinux_filter_calls(void);
// The number of a call that was refused and that was not told of yet, each once; -1: none.
int clinux_refused_call(void);

// Opens a list of what stays allowed, a landlock(7) ruleset; -1 with errno where this kernel has none:
// ENOSYS, EOPNOTSUPP.
int clinux_bounds_open(void);
enum { CLINUX_READ = 1, CLINUX_WRITE = 2 };
// Allows it below that folder, or for that file.
int clinux_bounds_allow(int bounds, const char *path, int what);
// From now on, and for good, files are bounded by the list for this thread, TCP is closed, and signals and
// abstract sockets reach no other process, as far as this kernel knows these. Sets no_new_privs.
int clinux_bounds_enforce(int bounds);

#endif
