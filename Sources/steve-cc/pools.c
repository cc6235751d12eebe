#define _GNU_SOURCE
#include "steve-cc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/time.h>
#include <unistd.h>

/* Opens a pool that knows its clients: a character device, or our file under FUSE. A pipe would keep for
 * ever what a killed process lent to it, and in any other file nobody reads. */
static int open_pool(const char *path, int flags)
{
    int pool = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | flags);
    if (pool < 0) return -1;
    struct stat status;
    struct statfs system;
    if (fstat(pool, &status) == 0 && (S_ISCHR(status.st_mode) ||
        (S_ISREG(status.st_mode) && fstatfs(pool, &system) == 0 && system.f_type == FUSE_SUPER_MAGIC)))
        return pool;
    close(pool);
    errno = ENODEV;
    return -1;
}

/* The name is that of a device, or of a file beside the daemon's socket; with a slash in it, it is the
 * path itself. */
static int open_named_pool(const char *name, int flags)
{
    if (strchr(name, '/')) return open_pool(name, flags);
    char path[PATH_MAX];
    snprintf(path, sizeof path, "/dev/%s", name);
    int pool = open_pool(path, flags);
    if (pool >= 0 || errno == EACCES) return pool;
    const char *folder = getenv("STEVE_RUNTIME_DIR");
    snprintf(path, sizeof path, "%s/%s", folder && *folder ? folder : "/run/steve", name);
    return open_pool(path, flags);
}

static const char *variable(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value && *value ? value : otherwise;
}

int open_own_pool(void)
{
    static const char option[] = "--jobserver-auth=";
    const char *last = NULL;
    for (const char *found = getenv("MAKEFLAGS"); found && (found = strstr(found, option)); last = found) found += sizeof option - 1;
    if (!last || strncmp(last, "fifo:", 5) != 0) return -1;
    last += 5;
    char path[PATH_MAX];
    size_t length = strcspn(last, " \t");
    if (length >= sizeof path) return -1;
    memcpy(path, last, length);
    path[length] = 0;
    return open_pool(path, 0);
}

int open_fleet_pool(void) { return open_named_pool(variable("STEVE_FLEET", "fleet"), O_NONBLOCK); }

int open_serving_pool(void) { return open_named_pool(variable("STEVE_DEV_NAME", "steve"), 0); }

bool take(int pool)
{
    char token;
    ssize_t count;
    do count = read(pool, &token, 1);
    while (count < 0 && errno == EINTR);
    return count == 1 && token == '+';
}

static void woken(int signal) { (void)signal; }

void take_back(int pool, int fleet)
{
    sigset_t alarms;
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    sigprocmask(SIG_UNBLOCK, &alarms, NULL);
    struct sigaction action = {.sa_handler = woken};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval often = {.it_interval = {.tv_usec = 500000}, .it_value = {.tv_usec = 500000}}, never = {0};
    setitimer(ITIMER_REAL, &often, NULL);
    char token;
    while (read(pool, &token, 1) < 0 && errno == EINTR) {
        if (flock(fleet, LOCK_EX | LOCK_NB) != 0) continue;
        /* The compiler inherits the lock, which ends with it. */
        fcntl(fleet, F_SETFD, 0);
        break;
    }
    setitimer(ITIMER_REAL, &never, NULL);
}

bool lend(int pool)
{
    ssize_t count;
    do count = write(pool, "+", 1);
    while (count < 0 && errno == EINTR);
    return count == 1;
}
