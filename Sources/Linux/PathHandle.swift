internal import CLinux
internal import Glibc
package import SystemPackage

/// A hold on the file that a path names now, not opened for anything: questions and changes here concern that
/// file, whatever the path names later.
package struct PathHandle: ~Copyable {
    private let descriptor: Descriptor
    /// What the file was when it was taken hold of.
    package let status: FileStatus

    /// Takes hold of the file, of a link itself and not of what it leads to.
    ///
    /// The corresponding C function is `open` with O_PATH and O_NOFOLLOW.
    package init(_ path: String) throws(Errno) {
        // Safe: the path is lent for the call.
        let file = Descriptor(owning: try retryingInterrupts { unsafe clinux_open_path(path) })
        status = try FileStatus(ofDescriptor: file.raw)
        descriptor = file
    }

    /// A path that leads to this very file and no other, for calls that want a path, while this value lives.
    package var path: String { "/proc/self/fd/\(descriptor.raw)" }

    /// Gives the file to an owner and sets its permission bits; a nil leaves that owner as it is.
    ///
    /// In this order, for a change of owner clears some of them. The corresponding C functions are `fchownat`
    /// and `fchmodat2`.
    package func setAccess(user: UInt32? = nil, group: UInt32? = nil, mode: UInt32) throws(Errno) {
        try Linux.setAccess(ofOpen: descriptor.raw, user: user, group: group, mode: mode)
    }
}

/// The same for an open file.
package func setAccess(
    ofOpen descriptor: CInt,
    user: UInt32? = nil,
    group: UInt32? = nil,
    mode: UInt32
) throws(Errno) {
    if user != nil || group != nil {
        _ = try check(clinux_change_owner(descriptor, user ?? .max, group ?? .max))
    }
    _ = try check(clinux_change_mode(descriptor, mode))
}
