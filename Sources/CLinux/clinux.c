#define _GNU_SOURCE
#include "clinux.h"
#include "supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <linux/capability.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

int clinux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int clinux_epoll_control(int epoll, int operation, int descriptor, uint32_t events, uint64_t data)
{
    struct epoll_event event = {.events = events, .data = {.u64 = data}};
    return epoll_ctl(epoll, operation, descriptor, &event);
}

// epoll_pwait2(2) came with Linux 5.11; old sandboxes refuse calls that they do not know, some with EPERM.
static int is_coarse;

int clinux_epoll_is_coarse(void) { return is_coarse; }

int clinux_epoll_wait(int epoll, struct epoll_event *events, int capacity, int64_t timeout_nanoseconds)
{
    if (!is_coarse) {
        struct timespec timeout = {
            .tv_sec = timeout_nanoseconds / 1000000000,
            .tv_nsec = timeout_nanoseconds % 1000000000,
        };
        int count = epoll_pwait2(epoll, events, capacity, timeout_nanoseconds < 0 ? 0 : &timeout, 0);
        if (count != -1 || (errno != ENOSYS && errno != EPERM))
            return count;
        is_coarse = 1;
    }
    int64_t milliseconds = timeout_nanoseconds < 0 ? -1 : (timeout_nanoseconds + 999999) / 1000000;
    return epoll_wait(epoll, events, capacity, milliseconds > INT_MAX ? INT_MAX : (int)milliseconds);
}

int clinux_open_of_process(pid_t process, const char *name)
{
    char path[64];
    if (snprintf(path, sizeof path, "/proc/%d/%s", process, name) >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return open(path, O_RDONLY | O_CLOEXEC);
}

int clinux_pidfd_open(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int clinux_pidfd_take(int pidfd, int descriptor)
{
#ifdef SYS_pidfd_getfd
    return (int)syscall(SYS_pidfd_getfd, pidfd, descriptor, 0);
#else
    return (int)syscall(438, pidfd, descriptor, 0);
#endif
}

int clinux_claim(int descriptor, int waiting)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(descriptor, waiting ? F_SETLKW : F_SETLK, &lock);
}

int clinux_pidfd_signal(int pidfd, int signal) { return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, 0, 0); }

int clinux_signal_open(const int *signals, int count)
{
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) {
        if (sigaddset(&set, signals[i]) == -1)
            return -1;
    }
    int failure = pthread_sigmask(SIG_BLOCK, &set, 0);
    if (failure != 0) {
        errno = failure;
        return -1;
    }
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int clinux_signal_next(int descriptor)
{
    struct signalfd_siginfo info;
    return read(descriptor, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : -1;
}

static int unix_socket(const char *path, int (*attach)(int, const struct sockaddr *, socklen_t), int patience_milliseconds)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor == -1)
        return -1;
    struct timeval patience = {
        .tv_sec = patience_milliseconds / 1000,
        .tv_usec = patience_milliseconds % 1000 * 1000,
    };
    if (setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) == -1
        || attach(descriptor, (const struct sockaddr *)&address, sizeof address) == -1
        || fcntl(descriptor, F_SETFL, O_NONBLOCK) == -1) {
        int failure = errno;
        close(descriptor);
        errno = failure;
        return -1;
    }
    return descriptor;
}

int clinux_unix_bind(const char *path) { return unix_socket(path, bind, 0); }

int clinux_unix_connect(const char *path, int patience_milliseconds)
{
    return unix_socket(path, connect, patience_milliseconds);
}

int clinux_unix_listens(int socket, const char *path)
{
    struct sockaddr_un address = {0};
    socklen_t size = sizeof address;
    int listens = 0;
    socklen_t one = sizeof listens;
    if (getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &one) == -1 || !listens ||
        getsockname(socket, (struct sockaddr *)&address, &size) == -1)
        return 0;
    return address.sun_family == AF_UNIX && strncmp(address.sun_path, path, sizeof address.sun_path) == 0;
}

int clinux_accept(int listener) { return accept4(listener, 0, 0, SOCK_CLOEXEC | SOCK_NONBLOCK); }

int clinux_peer(int socket, pid_t *process, uid_t *user, gid_t *group)
{
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == -1)
        return -1;
    *process = credentials.pid;
    *user = credentials.uid;
    *group = credentials.gid;
    return 0;
}

int clinux_peer_groups(int socket, gid_t *groups, int most)
{
    socklen_t size = (socklen_t)most * sizeof *groups;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups, &size) == -1)
        return -1;
    return (int)(size / sizeof *groups);
}

int clinux_peer_pidfd(int socket)
{
    int pidfd;
    socklen_t size = sizeof pidfd;
    // SO_PEERPIDFD, which glibc before 2.39 does not name.
    return getsockopt(socket, SOL_SOCKET, 77, &pidfd, &size) == -1 ? -1 : pidfd;
}

int clinux_unread(int descriptor, int *bytes) { return ioctl(descriptor, FIONREAD, bytes); }

int clinux_make_device(const char *path, unsigned major, unsigned minor)
{
    return mknod(path, S_IFCHR | 0600, makedev(major, minor));
}

unsigned clinux_major(dev_t device) { return major(device); }

unsigned clinux_minor(dev_t device) { return minor(device); }

int clinux_mount_fuse(const char *target, const char *options)
{
    return mount("steve", target, "fuse", MS_NOSUID | MS_NODEV, options);
}

int clinux_unmount(const char *target) { return umount2(target, MNT_DETACH | UMOUNT_NOFOLLOW); }

int clinux_affinity_count(void)
{
    // Room for 8192 CPUs, the most that a kernel can be built for: a smaller set fails with EINVAL.
    cpu_set_t set[8192 / CPU_SETSIZE];
    if (sched_getaffinity(0, sizeof set, set) == -1)
        return -1;
    return CPU_COUNT_S(sizeof set, set);
}

int clinux_keep_capabilities(int keep) { return prctl(PR_SET_KEEPCAPS, (unsigned long)keep, 0, 0, 0); }

int clinux_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL); }

int clinux_set_capabilities(uint64_t set)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {
        {.effective = (uint32_t)set, .permitted = (uint32_t)set},
        {.effective = (uint32_t)(set >> 32), .permitted = (uint32_t)(set >> 32)},
    };
    return (int)syscall(SYS_capset, &header, data);
}

int clinux_become_group(gid_t group) { return setresgid(group, group, group); }

int clinux_become_user(uid_t user) { return setresuid(user, user, user); }

static int prepare_job(posix_spawnattr_t *attributes, posix_spawn_file_actions_t *actions, int terminal)
{
    int failure = posix_spawnattr_setpgroup(attributes, 0);
    if (failure == 0)
        failure = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    // The child does this before it executes the program, so it cannot yet read from a terminal that is not
    // its own.
    if (failure == 0 && terminal >= 0)
        failure = posix_spawn_file_actions_addtcsetpgrp_np(actions, terminal);
    return failure;
}

static int prepare_other(posix_spawnattr_t *attributes, posix_spawn_file_actions_t *actions, int own_session)
{
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    int failure = posix_spawnattr_setsigdefault(attributes, &pipe);
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    if (failure == 0)
        failure = posix_spawnattr_setflags(attributes, (short)(own_session ? flags | POSIX_SPAWN_SETSID : flags));
    if (failure == 0)
        failure = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    return failure;
}

static int prepare(posix_spawnattr_t *attributes, posix_spawn_file_actions_t *actions, int output, const int *inherited,
                   int count, enum clinux_place place, int terminal)
{
    sigset_t none;
    sigemptyset(&none);
    int failure = posix_spawnattr_setsigmask(attributes, &none);
    if (failure == 0)
        failure = place == CLINUX_JOB ? prepare_job(attributes, actions, terminal)
                                      : prepare_other(attributes, actions, place == CLINUX_OWN_SESSION);
    if (failure == 0 && output >= 0)
        failure = posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO);
    // Duplicates the descriptor onto itself: glibc then clears close-on-exec, in the child only.
    for (int i = 0; failure == 0 && i < count; i++)
        failure = posix_spawn_file_actions_adddup2(actions, inherited[i], inherited[i]);
    return failure;
}

int clinux_spawn(pid_t *process, char *const *arguments, char *const *environment, int output,
                 const int *inherited, int count, enum clinux_place place, int terminal)
{
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    clinux_expect_children();
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_init(&actions);
    int failure = prepare(&attributes, &actions, output, inherited, count, place, terminal);
    if (failure == 0)
        failure = posix_spawnp(process, arguments[0], &actions, &attributes, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    errno = failure;
    return failure == 0 ? 0 : -1;
}

int clinux_exec(char *const *arguments, char *const *environment, int keeps_signals_blocked)
{
    sigset_t none, before;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, keeps_signals_blocked ? 0 : &none, &before);
    execvpe(arguments[0], arguments, environment);
    int failure = errno;
    pthread_sigmask(SIG_SETMASK, &before, 0);
    errno = failure;
    return -1;
}

const char *clinux_executed_path(void) { return (const char *)getauxval(AT_EXECFN); }

int clinux_probe_thread(pid_t process, pid_t thread) { return (int)syscall(SYS_tgkill, process, thread, 0); }

void clinux_give_back_at_once(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 128 << 10);
    mallopt(M_TRIM_THRESHOLD, 128 << 10);
#endif
}

static int forget_program(struct dl_phdr_info *info, size_t size, void *page)
{
    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || part->p_flags & PF_W)
            continue;
        uintptr_t mask = *(const uintptr_t *)page - 1, start = info->dlpi_addr + part->p_vaddr;
        madvise((void *)(start & ~mask), part->p_memsz + (start & mask), MADV_DONTNEED);
    }
    return 0;
}

void clinux_forget_programs(void)
{
    uintptr_t page = sysconf(_SC_PAGESIZE);
    dl_iterate_phdr(forget_program, &page);
}

int clinux_memory_create(const char *name)
{
    // MFD_NOEXEC_SEAL, Linux 6.3: nobody may execute this memory as a program.
    int memory = memfd_create(name, MFD_CLOEXEC | 0x0008U);
    return memory == -1 && errno == EINVAL ? memfd_create(name, MFD_CLOEXEC) : memory;
}

int clinux_resize_past_limit(int descriptor, off_t bytes)
{
    struct rlimit before;
    int lifted = getrlimit(RLIMIT_FSIZE, &before) == 0 && before.rlim_cur < (rlim_t)bytes;
    if (lifted) {
        rlim_t most = before.rlim_max > (rlim_t)bytes ? before.rlim_max : (rlim_t)bytes;
        struct rlimit raised = {.rlim_cur = most, .rlim_max = most};
        if (setrlimit(RLIMIT_FSIZE, &raised) == -1) {
            raised.rlim_cur = raised.rlim_max = before.rlim_max;
            setrlimit(RLIMIT_FSIZE, &raised);
        }
    }
    int result = ftruncate(descriptor, bytes);
    int error = errno;
    if (lifted)
        setrlimit(RLIMIT_FSIZE, &before);
    errno = error;
    return result;
}

int clinux_lock_on_fault(const void *start, size_t length) { return mlock2(start, length, MLOCK_ONFAULT); }

pid_t clinux_fork(void)
{
    clinux_expect_children();
    return fork();
}

int clinux_set_name(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }

int clinux_let_own_user_trace(void) { return prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0); }
