/// Collects a table as a chain of metadata blocks.
///
/// ```text
/// | length, 16 bits | bytes … | length | bytes … |     8192 bytes of table in each block but the last
///   bit 15 set: the bytes are stored as they are, not compressed
/// ```
struct MetadataWriter {
    static let blockSize = 8192

    /// The finished blocks, as they will stand in the image.
    private(set) var stored: [UInt8] = []
    private var open: [UInt8] = []
    private let compressor: any BlockCompressor

    init(compressor: any BlockCompressor) {
        self.compressor = compressor
        open.reserveCapacity(Self.blockSize)
    }

    /// Where the next byte will be.
    var reference: MetadataReference {
        MetadataReference(block: UInt64(stored.count), offset: UInt16(open.count))
    }

    mutating func append(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(Self.blockSize - open.count)
            open += part
            rest = rest.dropFirst(part.count)
            if open.count == Self.blockSize { close() }
        }
    }

    /// Ends the last block and gives all of them.
    mutating func finish() -> [UInt8] {
        if !open.isEmpty { close() }
        return stored
    }

    private mutating func close() {
        if let small = compressor.compress(open) {
            stored.append(little: UInt16(small.count))
            stored += small
        } else {
            stored.append(little: UInt16(open.count) | 0x8000)
            stored += open
        }
        open.removeAll(keepingCapacity: true)
    }
}
