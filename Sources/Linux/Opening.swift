internal import Glibc
package import SystemPackage

/// Opens a file for reading and writing, close-on-exec and non-blocking.
///
/// The corresponding C function is `open`.
package func openReadWrite(_ path: String) throws(Errno) -> Descriptor {
    // Safe: the path is lent for the call.
    Descriptor(owning: try retryingInterrupts { unsafe open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK) })
}

/// Makes an empty file that only its owner may use; false when there is something of that name.
///
/// The corresponding C function is `open` with O_CREAT and O_EXCL.
package func makeFile(_ path: String) throws(Errno) -> Bool {
    do throws(Errno) {
        // Safe: the path is lent for the call.
        let raw = try retryingInterrupts {
            unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        }
        _ = Descriptor(owning: raw)
        return true
    } catch {
        guard error == .fileExists else { throw error }
        return false
    }
}

/// Makes a directory; one that is there is no error.
///
/// The corresponding C function is `mkdir`.
package func makeDirectory(_ path: String, mode: UInt32) throws(Errno) {
    do throws(Errno) {
        // Safe: the path is lent for the call.
        _ = try check(unsafe mkdir(path, mode))
    } catch {
        guard error == .fileExists else { throw error }
    }
}
