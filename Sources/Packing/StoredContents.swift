internal import Squashfs

/// Which contents are in the image: a table of their digests, which takes a third of what a dictionary would.
struct StoredContents {
    private static let empty = UInt32.max

    private var digests: [ContentDigest] = []
    private var data: [UInt32] = []
    /// Places in `digests`, at the digest's own place or after it.
    private var slots = [UInt32](repeating: empty, count: 1024)

    /// The data with this content.
    subscript(digest: ContentDigest) -> UInt32? {
        let slot = slots[place(of: digest)]
        return slot == Self.empty ? nil : data[Int(slot)]
    }

    /// Adds a content; what has it already stays.
    mutating func add(_ digest: ContentDigest, _ number: UInt32) {
        let place = place(of: digest)
        guard slots[place] == Self.empty else { return }
        slots[place] = UInt32(digests.count)
        digests.append(digest)
        data.append(number)
        if digests.count * 4 > slots.count * 3 { grow() }
    }

    private func place(of digest: ContentDigest) -> Int {
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: digest.low) & mask
        while slots[place] != Self.empty, digests[Int(slots[place])] != digest { place = (place + 1) & mask }
        return place
    }

    private mutating func grow() {
        slots = Array(repeating: Self.empty, count: slots.count * 2)
        for (index, digest) in digests.enumerated() { slots[place(of: digest)] = UInt32(index) }
    }
}
