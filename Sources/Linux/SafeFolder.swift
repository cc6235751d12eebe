internal import CLinux
internal import Glibc
package import SystemPackage

/// A folder whose entries only its owner and root can exchange, so that a socket or a lock in it can be
/// trusted.
package struct SafeFolder: Sendable {
    package let path: String
    /// The permission bits that it is made with, and gets again if it is this user's; nil: it keeps what it
    /// has.
    package let mode: UInt32?
    /// The folder above it, which must exist and be safe as well; nil: it is not checked.
    package let parent: String?

    package init(_ path: String, mode: UInt32?, parent: String? = nil) {
        self.path = path
        self.mode = mode
        self.parent = parent
    }

    /// Why a folder cannot be used, as a clause for people.
    package enum Flaw: Error, Equatable, CustomStringConvertible {
        case relative
        case link
        case foreign(UInt32)
        case open
        /// Only its owner, another one, may enter it.
        case closed
        case failed(Errno)

        /// Whether the path has nothing that could do harm; other faults show when it is used.
        package var isHarmless: Bool {
            self == .failed(.noSuchFileOrDirectory) || self == .failed(.fileNameTooLong)
        }

        package var description: String {
            switch self {
            case .relative: "it is no absolute path"
            case .link: "it is a symbolic link"
            case .foreign(let user): "it belongs to user \(user), who is neither root nor you"
            case .open: "everybody may exchange the files in it"
            case .closed: "only its owner may enter it (chmod 755 by root)"
            case .failed(let errno): "\(errno)"
            }
        }
    }

    /// Whether it is there, safe, and open to this process.
    package func check() throws(Flaw) {
        if let parent { try Self.check(parent) }
        try Self.check(path)
        // Safe: the path is lent for the call.
        guard unsafe access(path, X_OK) == 0 else { throw .closed }
    }

    /// Makes it if it does not exist, sets its mode if it is this user's, and checks that files can be made
    /// in it.
    ///
    /// The umask does not count. The corresponding C functions are `mkdir`, `fchmod` and `access`.
    package func make() throws(Flaw) {
        if let parent { try Self.check(parent) }
        var isNew = true
        // Safe: the path is lent for the call.
        do throws(Errno) { _ = try Linux.check(unsafe mkdir(path, 0o700)) } catch {
            // Any other error shows when the folder is opened; on a read-only file system the folder may
            // exist.
            isNew = false
            guard (try? FileStatus(ofPath: path)) != nil else { throw .failed(error) }
        }
        let status = try Self.status(path)
        if let mode = isNew ? mode ?? 0o755 : mode, status.user == User.effective, status.mode != mode {
            try repair(mode)
        }
        try Self.check(path)
        // Safe: the path is lent for the call.
        guard unsafe access(path, X_OK) == 0 else { throw .closed }
        // Safe: as above.
        guard unsafe access(path, W_OK) == 0 else { throw .failed(Errno(rawValue: errno)) }
    }

    /// The first usable one of several, and what is wrong with those before it; throws the last one's flaw.
    package static func first(_ folders: [SafeFolder]) throws(Flaw) -> (folder: Int, flaws: [Flaw]) {
        var flaws: [Flaw] = []
        for (index, folder) in folders.enumerated() {
            do throws(Flaw) {
                try folder.make()
                return (index, flaws)
            } catch {
                flaws.append(error)
            }
        }
        throw flaws.last ?? .failed(.noSuchFileOrDirectory)
    }

    private func repair(_ mode: UInt32) throws(Flaw) {
        do throws(Errno) { try PathHandle(path).setAccess(mode: mode) } catch { throw .failed(error) }
    }

    private static func check(_ path: String) throws(Flaw) {
        let mode = try status(path).mode
        guard mode & 0o002 == 0 || mode & 0o1000 != 0 else { throw .open }
    }

    /// What the folder is, when it belongs to somebody who is trusted.
    private static func status(_ path: String) throws(Flaw) -> FileStatus {
        guard path.hasPrefix("/") else { throw .relative }
        let status: FileStatus
        do throws(Errno) { status = try FileStatus(ofPath: path) } catch { throw .failed(error) }
        switch status.kind {
        case .directory: break
        case .link: throw .link
        default: throw .failed(.notDirectory)
        }
        guard User.trusts(status.user) || User.mayBeRootOutside(status.user) else {
            throw .foreign(status.user)
        }
        return status
    }
}
