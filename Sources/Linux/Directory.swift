internal import Glibc
package import SystemPackage

/// A directory's entries by name, without `.` and `..`, in the order of the file system.
///
/// The corresponding C function is `readdir`.
package func entries(ofDirectory path: String) throws(Errno) -> [String] {
    // Safe: the path is lent for the call.
    guard let directory = unsafe opendir(path) else { throw Errno(rawValue: errno) }
    // Safe: opened above, closed once, here.
    defer { unsafe _ = closedir(directory) }
    var names: [String] = []
    while true {
        errno = 0
        // Safe: the entry is valid until the next readdir of this stream, and is copied before it.
        guard let entry = unsafe readdir(directory) else { break }
        let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != ".", name != ".." { names.append(name) }
    }
    guard errno == 0 else { throw Errno(rawValue: errno) }
    return names
}
