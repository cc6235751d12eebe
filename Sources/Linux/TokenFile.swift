internal import CLinux
internal import Glibc
internal import SystemPackage

/// What may stand behind `fifo:` in MAKEFLAGS: a make opens it for writing.
package enum TokenFile {
    /// Why the file at the path is not to be handed out or opened as a jobserver, as a clause for people; nil
    /// when it may.
    ///
    /// It may if it is a named pipe or a character device, or one file that is a FUSE mount by itself, and
    /// not a link to any of them: a link can lead elsewhere a moment later.
    package static func flaw(_ path: String) -> String? {
        let status: FileStatus
        do throws(Errno) { status = try FileStatus(ofPath: path) } catch { return "\(error)" }
        switch status.kind {
        case .pipe, .characterDevice: return nil
        case .regular: return isMount(path) ? nil : "it is an ordinary file"
        case .link: return "it is a symbolic link"
        case .directory: return "it is a folder"
        case .socket, .other: return "it is neither a named pipe nor a device"
        }
    }

    /// Whether a file system is mounted at the path whose daemon has ended, whatever the kernel remembers of
    /// its file.
    package static func isDeadMount(_ path: String) -> Bool {
        // Safe: the path is lent for the call.
        unsafe clinux_is_fuse(path) == -1 && errno == ENOTCONN
    }

    /// Whether a FUSE file system is mounted at the path, and not on the folder above it.
    package static func isMount(_ path: String) -> Bool {
        // Safe: the path is lent for the call.
        guard unsafe clinux_is_fuse(path) == 1, let slash = path.lastIndex(of: "/") else { return false }
        let folder = try? FileStatus(ofPath: String(path[...slash]), following: true)
        return (try? FileStatus(ofPath: path))?.identity.device != folder?.identity.device
    }
}
