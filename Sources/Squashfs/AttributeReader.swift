/// Reads sets of extended attributes by their number; `AttributeTable` has the picture.
final class AttributeReader {
    private static let storedElsewhere: UInt16 = 0x100
    /// The kernel's own limits.
    private static let longestName = 255
    private static let longestValue = 65_536
    private static let longestList = 65_536

    private let sets: RecordTable
    private let pairs: MetadataTable
    /// Sets, and values that several share, which were judged before.
    private var judged: Set<UInt32> = []
    private var judgedValues: Set<UInt64> = []

    init(sets: RecordTable, pairs: MetadataTable) {
        self.sets = sets
        self.pairs = pairs
    }

    func set(_ number: UInt32) throws(ImageError) -> [ExtendedAttribute] {
        var attributes: [ExtendedAttribute] = []
        try forEach(in: number) { (name, cursor, isElsewhere) throws(ImageError) in
            var value = try value(&cursor)
            if isElsewhere {
                var elsewhere = pairs.cursor(at: try reference(value))
                value = try self.value(&elsewhere)
            }
            attributes.append(ExtendedAttribute(name: name, value: value))
        }
        return attributes
    }

    /// Reads a set that was not read before, and no value twice, so that a small image is not large to read.
    func judge(_ number: UInt32) throws(ImageError) {
        guard judged.insert(number).inserted else { return }
        try forEach(in: number) { (_, cursor, isElsewhere) throws(ImageError) in
            let value = try value(&cursor)
            guard isElsewhere else { return }
            let place = try reference(value)
            guard judgedValues.insert(place.packed).inserted else { return }
            var elsewhere = pairs.cursor(at: place)
            _ = try self.value(&elsewhere)
        }
    }

    private func forEach(
        in number: UInt32,
        _ take: ([UInt8], inout MetadataCursor, Bool) throws(ImageError) -> Void
    ) throws(ImageError) {
        guard Int(number) < sets.count else {
            throw .corrupt("an inode has set \(number) of the extended attributes")
        }
        var record = try sets.record(Int(number))
        var cursor = pairs.cursor(at: MetadataReference(packed: try record.number()))
        var list = 0
        for _ in 0..<(try record.number(UInt32.self)) {
            let kind = try cursor.number(UInt16.self)
            let space = Int(kind & ~Self.storedElsewhere)
            guard space < ExtendedAttribute.prefixes.count else {
                throw .corrupt("an extended attribute has the unknown name space \(space)")
            }
            let length = UInt32(try cursor.number(UInt16.self))
            let name = try cursor.take(bounded(length, to: Self.longestName, "an extended attribute's name"))
            let whole = ExtendedAttribute.prefixes[space] + name
            list += whole.count + 1
            guard list <= Self.longestList else {
                throw .corrupt("set \(number) of the extended attributes has more names than a file can have")
            }
            try take(whole, &cursor, kind & Self.storedElsewhere != 0)
        }
    }

    private func reference(_ value: [UInt8]) throws(ImageError) -> MetadataReference {
        var place = ByteCursor(value, "the place of an extended attribute's value")
        return MetadataReference(packed: try place.number())
    }

    private func value(_ cursor: inout MetadataCursor) throws(ImageError) -> [UInt8] {
        let length = try bounded(try cursor.number(), to: Self.longestValue, "an extended attribute's value")
        return try cursor.take(length)
    }
}
