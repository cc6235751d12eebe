#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

// From <linux/magic.h>.
static const long fuse_magic = 0x65735546;

uid_t clinux_effective_user(void) { return (uid_t)syscall(SYS_geteuid); }

int clinux_status_of_path(const char *path, void *status, int following)
{
    return (int)syscall(SYS_newfstatat, AT_FDCWD, path, status, following ? 0 : AT_SYMLINK_NOFOLLOW);
}

int clinux_status_of_descriptor(int descriptor, void *status)
{
    return (int)syscall(SYS_fstat, descriptor, status);
}

int clinux_open_path(const char *path) { return open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC); }

int clinux_change_owner(int descriptor, uid_t user, gid_t group)
{
    return fchownat(descriptor, "", user, group, AT_EMPTY_PATH);
}

int clinux_change_mode(int descriptor, mode_t mode)
{
    if (fchmod(descriptor, mode) == 0)
        return 0;
    if (errno != EBADF)
        return -1;
    // fchmodat2(2) came with Linux 6.6. On an older kernel, and in a sandbox that does not know the call, the
    // descriptor's name in /proc leads to the file.
    if (syscall(SYS_fchmodat2, descriptor, "", mode, AT_EMPTY_PATH) == 0)
        return 0;
    char name[32];
    snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
    return chmod(name, mode);
}

int clinux_is_fuse(const char *path)
{
    struct statfs status;
    if (statfs(path, &status) == -1) return -1;
    return (long)status.f_type == fuse_magic;
}
