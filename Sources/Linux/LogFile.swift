internal import Glibc
package import SystemPackage

/// Files that a log goes to.
///
/// A user who can make files in the same folder, such as /tmp, must not be able to lead the log elsewhere.
package enum LogFile {
    /// Opens the file at the path to append to, or makes it.
    ///
    /// ELOOP for a link that is neither root's nor this user's; EPERM for a file that another user put into a
    /// folder that everybody may write to, or that has a second name; ENXIO for a named pipe that nobody
    /// reads.
    package static func open(_ path: String) throws(Errno) -> Descriptor {
        while true {
            let before = try? FileStatus(ofPath: path)
            let isLink = before?.kind == .link
            if let before, isLink, !User.trusts(before.user) { throw .tooManySymbolicLinkLevels }
            let way = before == nil ? O_CREAT | O_EXCL | O_NOFOLLOW : isLink ? 0 : O_NOFOLLOW
            let file: Descriptor
            do throws(Errno) {
                file = try open(path, way | O_APPEND | O_NONBLOCK, mode: 0o644)
            } catch {
                // Somebody else made it in between.
                if before == nil, error == .fileExists { continue }
                throw error
            }
            try check(FileStatus(ofDescriptor: file.raw), at: path)
            // Safe: no memory is involved.
            _ = try Linux.check(fcntl(file.raw, F_SETFL, O_APPEND))
            return file
        }
    }

    /// Makes a new file that only this user may read, in place of an existing one.
    package static func new(_ path: String) throws(Errno) -> Descriptor {
        try? removeFile(path)
        return try open(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_APPEND, mode: 0o600)
    }

    private static func open(_ path: String, _ flags: CInt, mode: mode_t) throws(Errno) -> Descriptor {
        // Safe: the path is lent for the call.
        Descriptor(
            owning: try retryingInterrupts { unsafe Glibc.open(path, O_WRONLY | O_CLOEXEC | flags, mode) }
        )
    }

    private static func check(_ status: FileStatus, at path: String) throws(Errno) {
        switch status.kind {
        case .regular:
            let slash = path.lastIndex(of: "/")
            let folder = slash.map { String(path[...$0]) } ?? "."
            let isOpen =
                (try? FileStatus(ofPath: folder, following: true)).map { $0.mode & 0o002 != 0 } ?? true
            guard status.links <= 1, User.trusts(status.user) || !isOpen else { throw .notPermitted }
        case .pipe, .socket:
            guard User.trusts(status.user) else { throw .notPermitted }
        default: break
        }
    }
}
