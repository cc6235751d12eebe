internal import Glibc
package import SystemPackage

/// Removes a file's name.
///
/// The corresponding C function is `unlink`.
package func removeFile(_ path: String) throws(Errno) {
    // Safe: the path is lent for the call.
    _ = try check(unsafe unlink(path))
}

/// Gives a file to an owner and sets its permission bits, in this order: a change of owner clears some of them.
///
/// A nil leaves that owner as it is. The corresponding C functions are `lchown` and `chmod`.
package func setAccess(
    ofFile path: String,
    user: UInt32? = nil,
    group: UInt32? = nil,
    mode: UInt32
) throws(Errno) {
    // Safe: the path is lent for the calls.
    if user != nil || group != nil { _ = try check(unsafe lchown(path, user ?? .max, group ?? .max)) }
    _ = try check(unsafe chmod(path, mode))
}
