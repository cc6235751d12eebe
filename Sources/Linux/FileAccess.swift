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
