internal import Glibc
internal import Linux
package import SystemPackage

/// A fresh folder for one test, which is removed with all that is in it when the test no longer uses this
/// object.
package final class TemporaryFolder {
    /// The folder's absolute path.
    package let path: String

    /// Makes the folder below TMPDIR or /tmp.
    ///
    /// The corresponding C function is `mkdtemp`.
    package init(_ label: String = "steve") throws(Errno) {
        // Safe: the environment is read and copied here, by one thread of the test at a time.
        let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/\(label).XXXXXX".utf8CString)
        // Safe: the array is writable, ends in a zero, and outlives both calls.
        guard unsafe mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The path of a name in the folder.
    package func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file into the folder and returns its path.
    @discardableResult package func write(_ text: String, to name: String) throws -> String {
        let path = path(name)
        let file = try FileDescriptor.open(
            FilePath(path),
            .writeOnly,
            options: [.create, .truncate],
            permissions: .ownerReadWrite
        )
        try file.closeAfter { _ = try file.writeAll(text.utf8) }
        return path
    }

    deinit { removeTree(path) }
}

/// Removes a file, or a folder with all that is in it.
///
/// Leaves what is still mounted.
private func removeTree(_ path: String) {
    // Safe: the path is lent for the call.
    guard unsafe remove(path) == -1, errno == ENOTEMPTY || errno == EEXIST else { return }
    for name in (try? entries(ofDirectory: path)) ?? [] { removeTree("\(path)/\(name)") }
    unsafe _ = remove(path)
}
