/// Bytes as they arrive, given back as lines.
///
/// Beyond the lines that were taken out it never keeps more than one line's limit.
package struct LineBuffer: Sendable {
    private var bytes: [UInt8] = []
    /// Where the next line starts.
    private var start = 0
    /// Where the search for the line's end continues.
    private var searched = 0
    private let limit: Int

    /// Lines may have `limit` bytes before their newline.
    package init(limit: Int) {
        self.limit = limit
    }

    /// How many bytes wait for the end of their line, or to be taken.
    package var count: Int { bytes.count - start }

    /// Adds what was read.
    package mutating func append(_ more: some Sequence<UInt8>) {
        if start > 0 {
            bytes.removeFirst(start)
            searched -= start
            start = 0
        }
        bytes.append(contentsOf: more)
    }

    /// The next whole line without its newline, or nil until more bytes come.
    ///
    /// Throws when the line is too long, ended or not; what follows it cannot be trusted, so drop the
    /// connection.
    package mutating func next() throws(ControlError) -> [UInt8]? {
        guard let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
            searched = bytes.count
            guard count <= limit else { throw .tooLong(limit: limit) }
            return nil
        }
        guard end - start <= limit else { throw .tooLong(limit: limit) }
        defer {
            start = end + 1
            searched = start
        }
        return Array(bytes[start..<end])
    }
}
