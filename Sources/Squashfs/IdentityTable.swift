/// The users and groups of a tree.
///
/// Inodes name them by a 16-bit index into one common table.
///
/// ```text
/// | id 0, 32 bits | id 1 | …      a lookup table
/// ```
package struct IdentityTable: Sendable {
    /// The superblock counts them in 16 bits.
    package static let limit = 65_535

    package private(set) var ids: [UInt32] = []
    private var indices: [UInt32: UInt16] = [:]

    package init() {}

    /// The index of a user or group, a new one if it was not seen before.
    package mutating func index(of id: UInt32) throws(ImageError) -> UInt16 {
        if let known = indices[id] { return known }
        guard ids.count < Self.limit else {
            throw .tooLarge("it has more than \(Self.limit) different users and groups")
        }
        let index = UInt16(ids.count)
        ids.append(id)
        indices[id] = index
        return index
    }

    /// Forgets those that are not used; the result is the new index of each.
    mutating func keep(_ isUsed: [Bool]) -> [UInt16] {
        var new: [UInt16] = []
        let old = ids
        (ids, indices) = ([], [:])
        for (index, id) in old.enumerated() {
            new.append(UInt16(ids.count))
            guard isUsed[index] else { continue }
            indices[id] = UInt16(ids.count)
            ids.append(id)
        }
        return new
    }

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        for id in ids { bytes.append(little: id) }
        return bytes
    }
}
