internal import Glibc
package import SystemPackage

/// Removes a file's name.
///
/// The corresponding C function is `unlink`.
package func removeFile(_ path: String) throws(Errno) {
    // Safe: the path is lent for the call.
    _ = try check(unsafe unlink(path))
}

/// From now on only its owner may use a file that this process makes, until the file is given more rights.
///
/// If a file may not grow because of an inherited limit, that is an error (EFBIG) and does not end this
/// process. The corresponding C functions are `umask` and `signal`.
package func keepNewFilesPrivate() {
    _ = umask(0o077)
    signal(SIGXFSZ, SIG_IGN)
}

/// What this process leaves out of the mode of a file that it makes.
///
/// Read from /proc/self/status (Linux 4.7, proc(5)), which disturbs no other thread. Where that cannot be
/// read, the mask is set for a moment, as the C function `umask` has no other way to tell.
package func fileCreationMask() -> UInt32 {
    let mask = try? withContents(of: "/proc/self/status", limit: 4096) { (text) throws(Errno) in
        guard let start = text.value(ofLine: "Umask:"), start + 4 <= text.count,
            let mask = UInt32(text.printable(start..<start + 4), radix: 8)
        else { throw Errno.badMessage }
        return mask
    }
    if let mask { return mask }
    let old = umask(0o077)
    _ = umask(old)
    return old
}
