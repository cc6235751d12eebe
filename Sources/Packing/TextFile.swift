internal import SystemPackage

/// A file of lines.
package enum TextFile {
    /// The lines, without their ends.
    package static func lines(path: [UInt8]) throws(PackError) -> [[UInt8]] {
        do {
            let file = try SourceFile(path: path)
            let bytes = try file.readToEnd()
            return bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
                Array($0)
            }
        } catch { throw .cannot("read", path: path, error) }
    }
}
