internal import Squashfs
internal import SystemPackage

/// A file of lines.
package enum TextFile {
    private static let mostBytes = 64 << 20

    /// The lines, without their ends.
    ///
    /// It follows no link of another user, who may have put it there since, because a line that is no rule,
    /// or that matches nothing, is printed. A pipe that is already open is read to its end; a named one, into
    /// which nobody may ever write, is refused.
    package static func lines(path: [UInt8]) throws(PackError) -> [[UInt8]] {
        let bytes: [UInt8]
        do {
            let file = try PathWalk.open(path)
            if try file.isNamedPipe() {
                throw PackError.refused(
                    "cannot read \(printable(path)): it is a named pipe (give the lines by a file or /dev/stdin)"
                )
            }
            try file.waitsForData()
            bytes = try file.readToEnd(upTo: mostBytes + 1)
        } catch let error as PackError {
            throw error
        } catch { throw .cannot("read", path: path, (error as? Errno) ?? .ioError) }
        guard bytes.count <= mostBytes else {
            throw .refused("\(printable(path)) is no file of lines: it has more than \(mostBytes) bytes")
        }
        return bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Array($0) }
    }
}
