#define _GNU_SOURCE
#include "steve-cc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Tells distcc to leave failures to us, and to print nothing but the compiler's messages. */
static void set_environment(void)
{
    setenv("DISTCC_FALLBACK", "0", 1);
    /* Because of a mistake in a source distcc should not leave the helper alone for a minute. */
    setenv("DISTCC_SKIP_LOCAL_RETRY", "1", 1);
    setenv("STEVE_CC_LENT", "1", 1);
    /* By default distcc waits a second before it looks for a free host again, while the compile waits. */
    setenv("DISTCC_PAUSE_TIME_MSEC", "50", 0);
    if (!getenv("DISTCC_VERBOSE")) setenv("DISTCC_LOG", "/dev/null", 0);
}

static _Noreturn void run(const char *distcc, const char *name, char **words, int messages, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(1);
    if (messages >= 0) dup2(messages, STDERR_FILENO);
    set_environment();
    int count = 0;
    while (words[count]) count++;
    char **command = calloc((size_t)count + 2, sizeof *command);
    if (!command) _exit(1);
    command[0] = "distcc";
    command[1] = (char *)name;
    for (int i = 1; i < count; i++) command[i + 1] = words[i];
    execv(distcc, command);
    _exit(127);
}

/* Prints the warnings of a compile that succeeded. */
static void pass_on(int messages)
{
    char bytes[4096];
    ssize_t count;
    off_t offset = 0;
    while ((count = pread(messages, bytes, sizeof bytes, offset)) > 0) {
        for (ssize_t done = 0; done < count;) {
            ssize_t put = write(STDERR_FILENO, bytes + done, (size_t)(count - done));
            if (put < 0 && errno != EINTR) return;
            done += put > 0 ? put : 0;
        }
        offset += count;
    }
}

bool compile_remotely(const char *distcc, const char *name, char **words)
{
    int messages = memfd_create("messages", MFD_CLOEXEC);
    pid_t parent = getpid();
    // Our starter may ignore this signal; then wait would not tell how the child ended.
    signal(SIGCHLD, SIG_DFL);
    pid_t child = fork();
    if (child == 0) run(distcc, name, words, messages, parent);
    int status = -1;
    if (child > 0)
        while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    bool succeeded = child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (messages >= 0 && succeeded) pass_on(messages);
    if (messages >= 0) close(messages);
    return succeeded;
}
