/// Chooses which pieces share a fragment block: those that have text in common.
///
/// A *feature* is the hash of about twenty bytes. The hash itself decides where one is taken, so the same
/// text has the same features wherever it stands. Pieces that share features become clusters, and blocks are
/// filled with whole clusters.
package struct LikenessOrder {
    /// Features of all pieces together: what bounds the memory.
    private static let featureBudget: UInt64 = 1 << 21
    /// A feature that more pieces have tells little about any of them, and takes long to follow.
    private static let mostOwners = 100

    /// Feature in the high half, piece in the low half.
    private var pairs: [UInt64] = []
    private var sizes: [UInt32] = []
    /// A feature is taken where this many of the hash's first bits are zero.
    private let sampledBits: Int

    /// Prepares for pieces with this many bytes together.
    package init(totalBytes: UInt64) {
        var bits = 4
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

    /// The pieces of each block, as their numbers, for blocks of this size.
    package consuming func blocks(ofSize blockSize: Int) -> [[Int]] {
        let index = FeatureIndex(&pairs, pieces: sizes.count, mostOwners: Self.mostOwners)
        var clusters = PieceClusters(index: index, sizes: sizes, blockSize: blockSize)
        return BlockFilling(clusters: clusters.formed(), sizes: sizes, blockSize: blockSize).blocks()
    }

    /// A random number for each byte (SplitMix64).
    private static let gear: [UInt64] = (0..<256).map { byte in
        var mixed = UInt64(byte + 1) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
