// The kernel calls that `import Glibc` does not show to Swift: variadic, Linux-only,
// or behind _GNU_SOURCE. Each returns what the call returns, -1 with errno on failure.
#ifndef STEVE_CLINUX_H
#define STEVE_CLINUX_H

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/types.h>

// epoll_create1(EPOLL_CLOEXEC)
int clinux_epoll_create(void);
// epoll_ctl(2); `data` comes back in the event.
int clinux_epoll_control(int epoll, int operation, int descriptor, uint32_t events, uint64_t data);
// epoll_pwait2(2); a negative timeout waits for ever.
int clinux_epoll_wait(int epoll, struct epoll_event *events, int capacity, int64_t timeout_nanoseconds);

// pidfd_open(2), close-on-exec
int clinux_pidfd_open(pid_t process);
// pidfd_send_signal(2)
int clinux_pidfd_signal(int pidfd, int signal);

// Blocks the signals for this thread and opens a signalfd(2) for them, close-on-exec and non-blocking.
int clinux_signal_open(const int *signals, int count);
// The number of the next pending signal; -1 with EAGAIN when there is none.
int clinux_signal_next(int descriptor);

#endif
