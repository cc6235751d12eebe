/// Reads sets of extended attributes by their number; `AttributeTable` has the picture.
final class AttributeReader {
    private static let storedElsewhere: UInt16 = 0x100
    /// The kernel's own limits.
    private static let longestName = 255
    private static let longestValue = 65_536
    private static let longestList = 65_536

    private let sets: [UInt8]
    private let pairs: MetadataTable

    init(sets: [UInt8], pairs: MetadataTable) {
        self.sets = sets
        self.pairs = pairs
    }

    func set(_ number: UInt32) throws(ImageError) -> [ExtendedAttribute] {
        guard Int(number) < sets.count / AttributeTable.setSize else {
            throw .corrupt("an inode has set \(number) of the extended attributes")
        }
        var record = ByteCursor(
            sets,
            "a set of extended attributes",
            at: Int(number) * AttributeTable.setSize
        )
        var cursor = pairs.cursor(at: MetadataReference(packed: try record.number()))
        var attributes: [ExtendedAttribute] = []
        var list = 0
        for _ in 0..<(try record.number(UInt32.self)) {
            let next = try attribute(&cursor)
            list += next.name.count + 1
            guard list <= Self.longestList else {
                throw .corrupt("set \(number) of the extended attributes has more names than a file can have")
            }
            attributes.append(next)
        }
        return attributes
    }

    private func attribute(_ cursor: inout MetadataCursor) throws(ImageError) -> ExtendedAttribute {
        let kind = try cursor.number(UInt16.self)
        let space = Int(kind & ~Self.storedElsewhere)
        guard space < ExtendedAttribute.prefixes.count else {
            throw .corrupt("an extended attribute has the unknown name space \(space)")
        }
        let length = UInt32(try cursor.number(UInt16.self))
        let name = try cursor.take(bounded(length, to: Self.longestName, "an extended attribute's name"))
        var value = try self.value(&cursor)
        if kind & Self.storedElsewhere != 0 {
            var place = ByteCursor(value, "the place of an extended attribute's value")
            var elsewhere = pairs.cursor(at: MetadataReference(packed: try place.number()))
            value = try self.value(&elsewhere)
        }
        return ExtendedAttribute(name: ExtendedAttribute.prefixes[space] + name, value: value)
    }

    private func value(_ cursor: inout MetadataCursor) throws(ImageError) -> [UInt8] {
        let length = try bounded(try cursor.number(), to: Self.longestValue, "an extended attribute's value")
        return try cursor.take(length)
    }
}
