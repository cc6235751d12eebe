internal import Glibc
package import SystemPackage

/// A file that appears under its name when it is whole, and not at all before.
///
/// A name that is a device or a pipe already, such as /dev/stdout, is written to as it is.
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
        let kind = (try? FileStatus(ofPath: path, following: true))?.kind
        if kind == .directory { throw .isDirectory }
        let isPlain = kind == nil || kind == .regular
        let place = isPlain ? "\(path).\(getpid()).new" : path
        let flags = O_WRONLY | O_CLOEXEC | (isPlain ? O_CREAT | O_TRUNC : 0)
        // Safe: the path is lent for the call.
        let raw = try retryingInterrupts { unsafe open(place, flags, 0o644) }
        self.path = path
        self.place = place
        descriptor = Descriptor(owning: raw)
    }

    /// Writes all of it, and gives it its name.
    ///
    /// The corresponding C functions are `write` and `rename`.
    package func write(_ bytes: [UInt8]) throws(Errno) {
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
