// libfuse3 for Swift, and the frames that it exchanges with the kernel.
// The API level is pinned, because from 319 on `ioctl` has another type.
#ifndef STEVE_CFUSE_SHIM_H
#define STEVE_CFUSE_SHIM_H

#define FUSE_USE_VERSION 314
#include <fuse3/cuse_lowlevel.h>
#include <fuse3/fuse_lowlevel.h>
#include <linux/fuse.h>

// libfuse 3.19 makes cuse_lowlevel_new a macro, which Swift cannot see.
static inline struct fuse_session *cfuse_cuse_new(
    struct fuse_args *args, const struct cuse_info *info,
    const struct cuse_lowlevel_ops *operations, void *userdata)
{
    return cuse_lowlevel_new(args, info, operations, userdata);
}

// The same for fuse_session_new, a macro from 3.17 on.
static inline struct fuse_session *cfuse_fuse_new(
    struct fuse_args *args, const struct fuse_lowlevel_ops *operations, void *userdata)
{
    return fuse_session_new(args, operations, sizeof(*operations), userdata);
}

#endif
