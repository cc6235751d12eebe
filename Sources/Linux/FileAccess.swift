internal import Glibc
package import SystemPackage

/// Removes a file's name.
///
/// The corresponding C function is `unlink`.
package func removeFile(_ path: String) throws(Errno) {
    // Safe: the path is lent for the call.
    _ = try check(unsafe unlink(path))
}

/// From now on nobody but its owner may use a file that this process makes, until that is given more rights.
///
/// One that may grow no more, by a limit of whoever started it, is an error (EFBIG) and no end of this
/// process. The corresponding C functions are `umask` and `signal`.
package func keepNewFilesPrivate() {
    _ = umask(0o077)
    signal(SIGXFSZ, SIG_IGN)
}
