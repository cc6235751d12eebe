#define _GNU_SOURCE
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#if defined(__x86_64__) && defined(__LP64__)
#define THIS_MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__LP64__)
#define THIS_MACHINE AUDIT_ARCH_AARCH64
#endif

// An intruder could cause many refusals, so each call's number is reported once.
enum { CALLS = 1024 };
static volatile unsigned char refused[CALLS], told[CALLS];
static volatile sig_atomic_t news;

int clinux_refused_call(void)
{
    if (!news)
        return -1;
    news = 0;
    for (int call = 0; call < CALLS; call++)
        if (refused[call] && !told[call]) {
            told[call] = 1;
            news = 1;
            return call;
        }
    return -1;
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
// The search for leaks starts a process at the end of a server, which may not start any.
const char *__asan_default_options(void) { return "detect_leaks=0"; }
#endif
#endif

#ifdef THIS_MACHINE

// The newest system call that the list below has judged. A libc that tries a newer one must see the answer of
// an older kernel.
static const int newest = 469;

static void refuse(int number, siginfo_t *info, void *raw)
{
    (void)number;
    ucontext_t *context = raw;
    // A process has sent this SIGSYS; 1 is SYS_SECCOMP.
    if (info->si_code != 1)
        return;
    int call = info->si_syscall;
    if (call >= 0 && call < CALLS && !refused[call]) {
        refused[call] = 1;
        news = 1;
    }
    long answer = call > newest ? -ENOSYS : -EPERM;
#ifdef __x86_64__
    context->uc_mcontext.gregs[REG_RAX] = answer;
#else
    context->uc_mcontext.regs[0] = (unsigned long)answer;
#endif
}

// The calls of a server, from traces of its tests, and calls that libc may make in their place. Frequent ones
// first.
static const int always[] = {
    SYS_read, SYS_write, SYS_writev, SYS_pread64, SYS_close,
#ifdef SYS_epoll_pwait2
    SYS_epoll_pwait2,
#endif
#ifdef SYS_epoll_wait
    SYS_epoll_wait, SYS_poll,
#endif
    SYS_epoll_pwait, SYS_ppoll, SYS_epoll_ctl, SYS_clock_gettime, SYS_gettimeofday, SYS_clock_getres,
    SYS_recvfrom, SYS_sendto, SYS_recvmsg, SYS_sendmsg, SYS_accept4, SYS_accept, SYS_getsockopt, SYS_shutdown,
    SYS_readv, SYS_pwrite64, SYS_lseek, SYS_getdents64, SYS_flock, SYS_inotify_add_watch, SYS_inotify_rm_watch,
    // Asks about files; the answers tell nothing of their contents.
    SYS_fstat, SYS_newfstatat, SYS_statx, SYS_statfs, SYS_fstatfs, SYS_readlinkat, SYS_faccessat,
#ifdef SYS_stat
    SYS_stat, SYS_lstat, SYS_readlink, SYS_access,
#endif
#ifdef SYS_faccessat2
    SYS_faccessat2,
#endif
    // Memory
    SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise,
    // Asks about the process itself.
    SYS_futex, SYS_getpid, SYS_getppid, SYS_gettid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_getgroups,
    SYS_rt_sigprocmask, SYS_rt_sigaction, SYS_rt_sigreturn, SYS_rt_sigpending, SYS_sigaltstack, SYS_restart_syscall,
    SYS_sched_getaffinity, SYS_sched_yield, SYS_getcpu, SYS_nanosleep, SYS_clock_nanosleep, SYS_getrandom, SYS_getrusage,
    SYS_sysinfo, SYS_uname, SYS_getcwd, SYS_set_robust_list, SYS_exit, SYS_exit_group,
#ifdef SYS_time
    SYS_time, SYS_getrlimit,
#endif
#ifdef SYS_rseq
    SYS_rseq,
#endif
#ifdef SYS_membarrier
    SYS_membarrier,
#endif
    // Asks whether other processes live.
#ifdef SYS_pidfd_open
    SYS_pidfd_open,
#else
    434,
#endif
};

// A new process is refused without a signal: libc blocks all signals around it, and a blocked SIGSYS kills.
static const int processes[] = {
    SYS_clone,
#ifdef SYS_fork
    SYS_fork, SYS_vfork,
#endif
#ifdef SYS_clone3
    SYS_clone3,
#endif
};

enum { LENGTH = 512 };
struct program {
    struct sock_filter steps[LENGTH];
    unsigned short length;
};

static void add(struct program *program, struct sock_filter step)
{
    if (program->length < LENGTH)
        program->steps[program->length] = step;
    program->length++;
}

static void load(struct program *program, size_t offset)
{
    add(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offset));
}

static void end(struct program *program, unsigned action)
{
    add(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

static void when(struct program *program, int comparison, unsigned value, int yes, int no)
{
    add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | comparison | BPF_K, value, (unsigned char)yes, (unsigned char)no));
}

// Decides for the call, whatever its arguments are.
static void decide(struct program *program, int call, unsigned action)
{
    when(program, BPF_JEQ, (unsigned)call, 0, 1);
    end(program, action);
}

// Both kinds of machine are little-endian, and the filter compares 32 bits.
static void load_argument(struct program *program, int argument)
{
    load(program, offsetof(struct seccomp_data, args) + 8 * (size_t)argument);
}

// Allows the call if its argument has none of these bits.
static void allow_without(struct program *program, int call, int argument, unsigned bits)
{
    when(program, BPF_JEQ, (unsigned)call, 0, 4);
    load_argument(program, argument);
    when(program, BPF_JSET, bits, 1, 0);
    end(program, SECCOMP_RET_ALLOW);
    end(program, SECCOMP_RET_TRAP);
}

// Allows the call if its argument is one of these values.
static void allow_with(struct program *program, int call, int argument, const unsigned *values, int count)
{
    when(program, BPF_JEQ, (unsigned)call, 0, count + 3);
    load_argument(program, argument);
    for (int i = 0; i < count; i++)
        when(program, BPF_JEQ, values[i], count - i, 0);
    end(program, SECCOMP_RET_TRAP);
    end(program, SECCOMP_RET_ALLOW);
}

#define ALLOW_WITH(program, call, argument, ...)                                                                             \
    do {                                                                                                                     \
        const unsigned values[] = {__VA_ARGS__};                                                                             \
        allow_with(program, call, argument, values, sizeof values / sizeof *values);                                         \
    } while (0)

static void judge(struct program *program)
{
    load(program, offsetof(struct seccomp_data, arch));
    when(program, BPF_JEQ, THIS_MACHINE, 1, 0);
    end(program, SECCOMP_RET_ERRNO | EPERM);
    load(program, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
    // x32 calls
    when(program, BPF_JGE, 0x40000000, 0, 1);
    end(program, SECCOMP_RET_ERRNO | EPERM);
#endif
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        decide(program, always[i], SECCOMP_RET_ALLOW);
    for (size_t i = 0; i < sizeof processes / sizeof *processes; i++)
        decide(program, processes[i], SECCOMP_RET_ERRNO | EPERM);
    // Nobody may open a file for writing.
    const unsigned writing = O_ACCMODE | O_CREAT | O_TRUNC;
    allow_without(program, SYS_openat, 2, writing);
#ifdef SYS_open
    allow_without(program, SYS_open, 1, writing);
#endif
    // No memory may become executable.
    allow_without(program, SYS_mmap, 2, PROT_EXEC);
    allow_without(program, SYS_mprotect, 2, PROT_EXEC);
    ALLOW_WITH(program, SYS_ioctl, 1, FIONREAD, TCGETS);
    ALLOW_WITH(program, SYS_fcntl, 1, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC, F_GETPIPE_SZ, F_SETPIPE_SZ);
    // May ask whether a process lives, and may send no signal but that of abort(3).
    ALLOW_WITH(program, SYS_kill, 1, 0);
    ALLOW_WITH(program, SYS_tgkill, 2, 0, SIGABRT);
    ALLOW_WITH(program, SYS_prlimit64, 0, 0);
    end(program, SECCOMP_RET_TRAP);
}

static int take_refusals(void)
{
    struct sigaction action = {.sa_sigaction = refuse, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, SIGSYS);
    // A blocked SIGSYS would kill.
    return sigaction(SIGSYS, &action, 0) == -1 || sigprocmask(SIG_UNBLOCK, &one, 0) == -1 ? -1 : 0;
}

int clinux_filter_calls(void)
{
    struct program program = {.length = 0};
    judge(&program);
    if (program.length > LENGTH) {
        errno = E2BIG;
        return -1;
    }
    struct sock_fprog list = {.len = program.length, .filter = program.steps};
    if (take_refusals() == -1 || prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) == -1)
        return -1;
    // The filter guards nobody else's code, so it needs no brake on speculation, which Linux before 5.16
    // would add.
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &list) == 0)
        return 0;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &list);
}

#else

int clinux_filter_calls(void)
{
    errno = ENOSYS;
    return -1;
}

#endif
