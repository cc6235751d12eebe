// The kernel calls that `import Glibc` does not show to Swift: variadic, Linux-only,
// or behind _GNU_SOURCE. Each returns what the call returns, -1 with errno on failure.
#ifndef STEVE_CLINUX_H
#define STEVE_CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/types.h>

// epoll_create1(EPOLL_CLOEXEC)
int clinux_epoll_create(void);
// epoll_ctl(2); `data` comes back in the event.
int clinux_epoll_control(int epoll, int operation, int descriptor, uint32_t events, uint64_t data);
// epoll_pwait2(2), or epoll_wait(2) if that is refused; a negative timeout waits for ever.
int clinux_epoll_wait(int epoll, struct epoll_event *events, int capacity, int64_t timeout_nanoseconds);

// 1 if epoll_pwait2(2) was refused: then deadlines are whole milliseconds.
int clinux_epoll_is_coarse(void);

// open(2) of /proc/PROCESS/NAME for reading, close-on-exec
int clinux_open_of_process(pid_t process, const char *name);

// geteuid(2), and fstatat(2) and fstat(2): the kernel's own answers, which no preloaded library can change.
uid_t clinux_effective_user(void);
int clinux_status_of_path(const char *path, void *status, int following);
int clinux_status_of_descriptor(int descriptor, void *status);
// open(2) with O_PATH and O_NOFOLLOW, close-on-exec
int clinux_open_path(const char *path);
// fchownat(2) and fchmodat2(2) of an open file, also of one that is open with O_PATH; an owner of -1 changes
// nothing.
int clinux_change_owner(int descriptor, uid_t user, gid_t group);
int clinux_change_mode(int descriptor, mode_t mode);
// 1 if the path lies on a FUSE file system, according to statfs(2); -1 if that fails.
int clinux_is_fuse(const char *path);

// pidfd_open(2), close-on-exec
int clinux_pidfd_open(pid_t process);
// pidfd_getfd(2): a duplicate of that process' descriptor, close-on-exec
int clinux_pidfd_take(int pidfd, int descriptor);
// pidfd_send_signal(2)
int clinux_pidfd_signal(int pidfd, int signal);

// Blocks the signals for this thread and opens a signalfd(2) for them, close-on-exec and non-blocking.
int clinux_signal_open(const int *signals, int count);
// The number of the next pending signal; -1 with EAGAIN if there is none.
int clinux_signal_next(int descriptor);

// A SOCK_STREAM socket, close-on-exec and non-blocking, bound to or connected with a path. The connect itself
// waits while the listener's queue is full, but only up to SO_SNDTIMEO; then it fails with EAGAIN.
int clinux_unix_bind(const char *path);
int clinux_unix_connect(const char *path, int patience_milliseconds);
// Whether the socket listens at that path.
int clinux_unix_listens(int socket, const char *path);
// accept4(2), close-on-exec and non-blocking
int clinux_accept(int listener);
// SO_PEERCRED
int clinux_peer(int socket, pid_t *process, uid_t *user, gid_t *group);

// SO_PEERGROUPS: how many supplementary groups the peer had; -1 with ERANGE if there are more than `most`.
int clinux_peer_groups(int socket, gid_t *groups, int most);
// SO_PEERPIDFD (Linux 6.5): a pidfd of the process that connected, close-on-exec
int clinux_peer_pidfd(int socket);

// fcntl(2) F_SETLK, or F_SETLKW, with F_WRLCK for the whole file
int clinux_claim(int descriptor, int waiting);

// ioctl FIONREAD
int clinux_unread(int descriptor, int *bytes);

// mknod(2) of a character device with mode 0600
int clinux_make_device(const char *path, unsigned major, unsigned minor);
// The two halves of a device number.
unsigned clinux_major(dev_t device);
unsigned clinux_minor(dev_t device);

// mount(2) and umount2(2) with MNT_DETACH
int clinux_mount_fuse(const char *target, const char *options);
int clinux_unmount(const char *target);

// The CPUs in this thread's sched_getaffinity(2)
int clinux_affinity_count(void);

// prctl(2) PR_SET_KEEPCAPS and PR_SET_NO_NEW_PRIVS
int clinux_keep_capabilities(int keep);
int clinux_no_new_privileges(void);
// capset(2): effective and permitted become `set`, inheritable becomes empty.
int clinux_set_capabilities(uint64_t set);
// setresgid(2) and setresuid(2) with the same number three times
int clinux_become_group(gid_t group);
int clinux_become_user(uid_t user);

// Where a child runs: in its starter's session, in a session of its own, or as a job, the leader of a process
// group of its own.
enum clinux_place { CLINUX_SAME_SESSION, CLINUX_OWN_SESSION, CLINUX_JOB };
// posix_spawnp(3) with no signal blocked. `output` becomes the child's standard output unless it is negative;
// the descriptors in `inherited` keep their numbers. SIGPIPE gets its default action, and /dev/null becomes
// the input; but not for a job: its group is put into the foreground of `terminal`, unless that is negative,
// before the program runs.
int clinux_spawn(pid_t *process, char *const *arguments, char *const *environment, int output,
                 const int *inherited, int count, enum clinux_place place, int terminal);
// execvpe(3) with no signal blocked; if it returns, the mask is as before.
int clinux_exec(char *const *arguments, char *const *environment, int keeps_signals_blocked);

// getauxval(3) of AT_EXECFN: the path that was executed, or a null pointer
const char *clinux_executed_path(void);

// tgkill(2) with signal 0: whether the thread is the process's
int clinux_probe_thread(pid_t process, pid_t thread);

// mallopt(3): a large block of memory goes back to the kernel when it is freed.
void clinux_give_back_at_once(void);
// madvise(2) of the memory of programs and libraries that nobody can have changed: it comes back from the
// page cache when it is used again.
void clinux_forget_programs(void);
// memfd_create(2), close-on-exec
int clinux_memory_create(const char *name);
// ftruncate(2); first lifts RLIMIT_FSIZE, which counts memory too, as far as this process may.
int clinux_resize_past_limit(int descriptor, off_t bytes);
// mlock2(2) with MLOCK_ONFAULT: a page stays in memory once it is there.
int clinux_lock_on_fault(const void *start, size_t length);
// The compiler moves no access to memory across this call.
static inline void clinux_keep_order(void) { __atomic_signal_fence(__ATOMIC_SEQ_CST); }
// fork(2), which Swift does not show; only for a program with one thread.
pid_t clinux_fork(void);
// prctl(2) PR_SET_PTRACER: Yama may let only parents trace; after this call all processes of this user may
// trace this one, as without Yama.
int clinux_let_own_user_trace(void);
// prctl(2) PR_SET_NAME
int clinux_set_name(const char *name);

#endif
