internal import Glibc
package import SystemPackage

/// A directory's entries by name, without `.` and `..`, in the order of the file system.
package func entries(ofDirectory path: String) throws(Errno) -> [String] {
    var names: [String] = []
    try forEachEntry(ofDirectory: path) { name in
        // Safe: the bytes are lent for the call, which copies them.
        names.append(unsafe name.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) })
    }
    return names
}

/// Lends the name of each entry of a directory but `.` and `..`, in the order of the file system.
///
/// The corresponding C function is `readdir`.
func forEachEntry(ofDirectory path: String, _ body: (Span<UInt8>) -> Void) throws(Errno) {
    // Safe: the path is lent for the call.
    guard let directory = unsafe opendir(path) else { throw Errno(rawValue: errno) }
    // Safe: opened above, closed once, here.
    defer { unsafe _ = closedir(directory) }
    while true {
        errno = 0
        // Safe: the entry is valid until the next readdir of this stream, and lent until then.
        guard let entry = unsafe readdir(directory) else { break }
        unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            let name = unsafe bytes.prefix { $0 != 0 }
            guard unsafe !name.elementsEqual(".".utf8), unsafe !name.elementsEqual("..".utf8) else { return }
            unsafe body(UnsafeRawBufferPointer(rebasing: name).bindMemory(to: UInt8.self).span)
        }
    }
    guard errno == 0 else { throw Errno(rawValue: errno) }
}
