// Preloaded into a daemon, this plays an intruder, who tries at each connection what a server has no use for.
// For each attempt it writes a line into the file that INTRUDER names: the errno's number, 0 for success.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int report = -1;

static __attribute__((constructor)) void begin(void)
{
    const char *path = getenv("INTRUDER");
    int file = path ? open(path, O_WRONLY | O_CREAT | O_APPEND, 0666) : -1;
    report = file == -1 ? -1 : fcntl(file, F_DUPFD_CLOEXEC, 300);
    close(file);
}

static void tell(const char *what, long result) { dprintf(report, "%s %d\n", what, result == -1 ? errno : 0); }

static void intrude(void)
{
    static char word[] = "/bin/true";
    char *words[] = {word, 0};
    tell("write", open("/etc/passwd", O_WRONLY | O_APPEND));
    tell("create", open("/etc/steve-intruder", O_RDONLY | O_CREAT, 0600));
    tell("mode", chmod("/etc/passwd", 0644));
    tell("remove", unlink("/etc/steve-intruder"));
    tell("unmount", umount2("/tmp", MNT_DETACH));
    tell("rename", rename("/etc/steve-1", "/etc/steve-2"));
    long child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (child == 0)
        _exit(0);
    tell("fork", child);
    tell("socket", socket(AF_INET, SOCK_STREAM, 0));
    tell("ptrace", ptrace(PTRACE_ATTACH, 1, 0, 0));
    tell("mount", mount("none", "/tmp", "tmpfs", 0, ""));
    tell("code", mmap(0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0);
    tell("signal", kill(1, SIGCONT));
    tell("terminal", syscall(SYS_ioctl, 2, 0x5412, "x"));
    tell("newer", syscall(999));
    tell("read", open("/etc/hostname", O_RDONLY));
    tell("alive", kill(getpid(), 0));
    if (getenv("INTRUDER_EXECUTES"))
        tell("execute", execve(word, words, 0));
}

int accept4(int listener, struct sockaddr *address, socklen_t *size, int flags)
{
    static int (*real)(int, struct sockaddr *, socklen_t *, int);
    if (!real)
        real = (int (*)(int, struct sockaddr *, socklen_t *, int))dlsym(RTLD_NEXT, "accept4");
    int saved = errno;
    if (report != -1)
        intrude();
    errno = saved;
    return real(listener, address, size, flags);
}
