internal import CLinux
package import SystemPackage

/// A FUSE file system that a process serves over a descriptor of /dev/fuse.
package enum FuseMount {
    /// Mounts it over an existing file or folder of the same kind, open to the users whom the server's
    /// attributes allow.
    ///
    /// The options are the kernel's own, so this needs CAP_SYS_ADMIN but no helper program. The kernel asks
    /// the server nothing before somebody uses the mount. The corresponding C function is `mount`.
    package static func mount(at path: String, descriptor: CInt, isRegularFile: Bool) throws(Errno) {
        let mode = isRegularFile ? "100000" : "40000"
        let options = "fd=\(descriptor),rootmode=\(mode),user_id=0,group_id=0,allow_other,default_permissions"
        // Safe: both texts are lent for the call.
        _ = try check(unsafe clinux_mount_fuse(path, options))
    }

    /// Takes the mount away now; what still has it open keeps it.
    ///
    /// The corresponding C function is `umount2`.
    package static func unmount(_ path: String) throws(Errno) {
        // Safe: the path is lent for the call.
        _ = try check(unsafe clinux_unmount(path))
    }
}
