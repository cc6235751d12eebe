internal import Glibc
package import SystemPackage

/// What a symbolic link says.
///
/// The corresponding C function is `readlink`.
package func linkTarget(_ path: String) throws(Errno) -> String {
    // Safe: the memory is ours until the closure ends, and only what was written is taken from it.
    try unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) {
        (space) throws(Errno) in
        guard let base = space.baseAddress else { throw .noMemory }
        let count = try check(unsafe readlink(path, base, space.count))
        return unsafe String(decoding: space[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// The path of the same file without links.
///
/// The corresponding C function is `realpath`.
package func realPath(_ path: String) throws(Errno) -> String {
    // Safe: the path is lent for the call, and what it returns is ours to free.
    guard let found = unsafe realpath(path, nil) else { throw Errno(rawValue: errno) }
    defer { unsafe free(found) }
    return unsafe String(cString: found)
}
