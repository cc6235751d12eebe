/// The sets of extended attributes of a tree, each stored once.
///
/// ```text
/// | pairs, metadata blocks | sets, metadata blocks |
/// | pairs' start, 64 bits | sets, 32 bits | 0 | set blocks' positions …
/// ^ the superblock points here
/// pair: | name space, 16 bits | length | name without its prefix | length, 32 bits | value |
///         name space's bit 8: the value is the 64-bit reference of an earlier value
/// set:  | reference of its first pair, 64 bits | pairs, 32 bits | their bytes, 32 bits |
/// ```
package struct AttributeTable: Sendable {
    static let setSize = 16

    private var pairs: [[UInt8]] = []
    private var counts: [UInt32] = []
    private var numbers: [[UInt8]: UInt32] = [:]

    package init() {}

    package var isEmpty: Bool { pairs.isEmpty }

    /// The number of the set with these attributes; attributes that the format cannot hold must have been
    /// left out.
    package mutating func number(of attributes: [ExtendedAttribute]) -> UInt32 {
        let storable = attributes.filter(\.isStorable)
        guard !storable.isEmpty else { return Inode.noAttributes }
        let encoded = storable.sorted { $0.name.lexicographicallyPrecedes($1.name) }.flatMap(Self.encode)
        if let known = numbers[encoded] { return known }
        let number = UInt32(pairs.count)
        pairs.append(encoded)
        counts.append(UInt32(storable.count))
        numbers[encoded] = number
        return number
    }

    /// How many sets there are.
    var count: Int { pairs.count }

    /// Forgets the sets that are not used; the result is the new number of each.
    mutating func keep(_ isUsed: [Bool]) -> [UInt32] {
        var new: [UInt32] = []
        let old = (pairs, counts)
        (pairs, counts, numbers) = ([], [], [:])
        for (number, pair) in old.0.enumerated() {
            new.append(UInt32(pairs.count))
            guard isUsed[number] else { continue }
            numbers[pair] = UInt32(pairs.count)
            pairs.append(pair)
            counts.append(old.1[number])
        }
        return new
    }

    private static func encode(_ attribute: ExtendedAttribute) -> [UInt8] {
        var bytes: [UInt8] = []
        for (space, prefix) in ExtendedAttribute.prefixes.enumerated()
        where attribute.name.starts(with: prefix) {
            let short = attribute.name.dropFirst(prefix.count)
            bytes.append(little: UInt16(space))
            bytes.append(little: UInt16(short.count))
            bytes += short
        }
        bytes.append(little: UInt32(attribute.value.count))
        return bytes + attribute.value
    }

    /// Appends the table to the image; returns what the superblock says about it.
    func append(to image: inout [UInt8], imageStart: UInt64, compressor: any BlockCompressor) -> UInt64 {
        guard !isEmpty else { return Superblock.absent }
        let start = imageStart + UInt64(image.count)
        var writer = MetadataWriter(compressor: compressor)
        var sets: [UInt8] = []
        for (pair, count) in zip(pairs, counts) {
            sets.append(little: writer.reference.packed)
            sets.append(little: count)
            sets.append(little: UInt32(pair.count))
            writer.append(pair)
        }
        image += writer.finish()
        var header: [UInt8] = []
        header.append(little: start)
        header.append(little: UInt32(pairs.count))
        header.append(little: 0 as UInt32)
        return LookupTable.append(
            sets,
            to: &image,
            imageStart: imageStart,
            compressor: compressor,
            prefix: header
        )
    }
}
