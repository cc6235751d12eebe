// Starts a program that outlives its starter and is not its child.
#ifndef STEVE_DETACH_H
#define STEVE_DETACH_H

// Like clinux_spawn, but through a process in between that ends at once. The program becomes a child of init,
// in its own session and in the root folder, with /dev/null for input and output. It has none of the
// starter's descriptors, ignored signals, priority, umask and limits of time and size. `errors` becomes its
// standard error unless it is negative. -1 with errno if it cannot be run.
int clinux_spawn_detached(char *const *arguments, char *const *environment, int errors, const int *inherited,
                          int count);

#endif
