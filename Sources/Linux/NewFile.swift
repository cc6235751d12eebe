internal import Glibc
package import SystemPackage

/// A file that appears under its name when it is complete, and not before.
///
/// If the name is a device, a pipe or a link already, that is written to as it is, unless it belongs to
/// neither root nor this user; `-` is the standard output.
package final class NewFile {
    private let path: String
    /// Where it is written; the same where nothing can be put in the name's place.
    private let place: String
    private let descriptor: Descriptor
    private var isDone = false

    /// Begins it, so that who may not write there hears of it now.
    ///
    /// The corresponding C function is `open`.
    package init(_ path: String) throws(Errno) {
        self.path = path
        guard path != "-" else {
            place = path
            descriptor = Descriptor(owning: try check(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)))
            return
        }
        let status = try? FileStatus(ofPath: path)
        guard let status, status.kind != .regular else {
            let (place, raw) = try Self.beside(path)
            self.place = place
            descriptor = Descriptor(owning: raw)
            return
        }
        // What another user put there leads, or goes, where that one likes.
        guard status.kind == .characterDevice || User.trusts(status.user) else { throw .notPermitted }
        place = path
        let way = status.kind == .link ? O_CREAT : O_NOFOLLOW
        // Safe: the path is lent for the call.
        descriptor = Descriptor(
            owning: try retryingInterrupts { unsafe open(path, O_WRONLY | O_CLOEXEC | way, 0o644) }
        )
    }

    /// A new file beside the path, of a name that nobody can foresee.
    private static func beside(_ path: String) throws(Errno) -> (String, CInt) {
        while true {
            let place = "\(path).\(String(UInt64.random(in: 0...UInt64.max), radix: 36)).new"
            do throws(Errno) {
                let flags = O_WRONLY | O_CLOEXEC | O_CREAT | O_EXCL | O_NOFOLLOW
                // Safe: the path is lent for the call.
                return (place, try retryingInterrupts { unsafe open(place, flags, 0o644) })
            } catch {
                guard error == .fileExists else { throw error }
            }
        }
    }

    /// Writes all of it, and gives it its name.
    ///
    /// The corresponding C functions are `ftruncate`, `write` and `rename`.
    package func write(_ bytes: [UInt8]) throws(Errno) {
        // What a link leads to is emptied now and not sooner; a device or a pipe has nothing to lose.
        if place == path, path != "-" { _ = ftruncate(descriptor.raw, 0) }
        var left = bytes[...]
        while !left.isEmpty {
            // Safe: the slice is lent for the call.
            let count = unsafe left.withUnsafeBytes {
                unsafe Glibc.write(descriptor.raw, $0.baseAddress, $0.count)
            }
            if count == -1, errno == EINTR { continue }
            left = left.dropFirst(try check(count))
        }
        // Safe: the paths are lent for the call.
        if place != path { _ = try check(unsafe rename(place, path)) }
        isDone = true
    }

    deinit {
        if !isDone, place != path { try? removeFile(place) }
    }
}
