#define _GNU_SOURCE
#include "confine.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// <linux/landlock.h> defines this, but old headers lack it; the numbers are the same on every machine.
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

struct ruleset {
    uint64_t files, network, scope;
};
struct beneath {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

enum {
    WRITE_FILE = 1 << 1,
    READ_FILE = 1 << 2,
    READ_FOLDER = 1 << 3,
    // The rights that the first Landlock knew; REFER, TRUNCATE and IOCTL_DEV came later.
    FIRST = (1 << 13) - 1,
    REFER = 1 << 13,
    TRUNCATE = 1 << 14,
    IOCTL_DEVICE = 1 << 15,
};

int clinux_bounds_open(void)
{
    long version = syscall(SYS_landlock_create_ruleset, 0, 0, 1);
    if (version < 0)
        return -1;
    struct ruleset all = {.files = FIRST, .network = version >= 4 ? 3 : 0, .scope = version >= 6 ? 3 : 0};
    if (version >= 2) all.files |= REFER;
    if (version >= 3) all.files |= TRUNCATE;
    if (version >= 5) all.files |= IOCTL_DEVICE;
    size_t size = version >= 6 ? sizeof all : version >= 4 ? 2 * sizeof all.files : sizeof all.files;
    return (int)syscall(SYS_landlock_create_ruleset, &all, size, 0);
}

int clinux_bounds_allow(int bounds, const char *path, int what)
{
    struct stat status;
    int place = open(path, O_PATH | O_CLOEXEC);
    if (place == -1 || fstat(place, &status) == -1)
        return -1;
    int isFolder = S_ISDIR(status.st_mode);
    struct beneath rule = {.parent = place};
    if (what & CLINUX_READ) rule.allowed |= isFolder ? READ_FILE | READ_FOLDER : READ_FILE;
    if (what & CLINUX_WRITE) rule.allowed |= WRITE_FILE;
    int result = (int)syscall(SYS_landlock_add_rule, bounds, 1, &rule, 0);
    close(place);
    return result;
}

int clinux_bounds_enforce(int bounds)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) == -1)
        return -1;
    return (int)syscall(SYS_landlock_restrict_self, bounds, 0);
}
