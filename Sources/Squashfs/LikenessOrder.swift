/// Puts pieces in an order in which those that have text in common share a fragment block.
///
/// A *feature* is the hash of about twenty bytes, taken wherever the hash itself says so: the same text has the same
/// features wherever it stands. A block starts with the first piece that is left, and takes whichever piece has the most
/// features in common with what is in it already; where there is none, the next in the tree, since neighbours are alike.
package struct LikenessOrder {
    /// Features of all pieces together: what bounds the memory.
    private static let featureBudget: UInt64 = 1 << 20
    /// A feature that more pieces have tells nothing about any of them.
    private static let mostOwners = 50

    /// Feature in the high half, piece in the low half.
    private var pairs: [UInt64] = []
    private var sizes: [UInt32] = []
    /// So many of the hash's first bits are zero where a feature is taken.
    private let sampledBits: Int

    /// Prepares for pieces with so many bytes together.
    package init(totalBytes: UInt64) {
        var bits = 5
        while bits < 32, totalBytes >> UInt64(bits) > Self.featureBudget { bits += 1 }
        sampledBits = bits
    }

    /// Adds the next piece of the tree.
    package mutating func add(_ bytes: [UInt8]) {
        let piece = UInt64(sizes.count)
        sizes.append(UInt32(bytes.count))
        var window: UInt64 = 0
        for byte in bytes {
            // Three bits a byte: after twenty-one further bytes nothing of a byte is left.
            window = window << 3 &+ Self.gear[Int(byte)]
            let hash = window &* 0x9E37_79B9_7F4A_7C15
            if hash.leadingZeroBitCount >= sampledBits {
                pairs.append((hash >> 1) << 32 | piece)
            }
        }
    }

    /// The pieces' numbers in their order, for blocks of this size.
    package consuming func order(blockSize: Int) -> [Int] {
        let index = FeatureIndex(&pairs, pieces: sizes.count, mostOwners: Self.mostOwners)
        var filling = BlockFilling(index: index, sizes: sizes, blockSize: blockSize)
        return filling.run()
    }

    /// A random number for each byte (SplitMix64).
    private static let gear: [UInt64] = (0..<256).map { byte in
        var mixed = UInt64(byte + 1) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
