/// A table of equal records that is read by number.
///
/// ```text
/// | metadata blocks with the records | position of block 0, 64 bits | of block 1 | …
///                                    ^ the superblock points here
/// ```
enum LookupTable {
    /// Appends the table for `records` to the image and returns what the superblock has to say about it.
    static func append(
        _ records: [UInt8],
        to image: inout [UInt8],
        imageStart: UInt64,
        compressor: any BlockCompressor,
        prefix: [UInt8] = []
    ) -> UInt64 {
        var writer = MetadataWriter(compressor: compressor)
        var positions: [UInt8] = []
        let start = imageStart + UInt64(image.count)
        var done = 0
        while done < records.count {
            let block = records[done..<min(done + MetadataWriter.blockSize, records.count)]
            positions.append(little: start + writer.reference.block)
            writer.append(Array(block))
            done += block.count
        }
        image += writer.finish()
        defer { image += prefix + positions }
        return imageStart + UInt64(image.count)
    }
}
