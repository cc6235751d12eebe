internal import Squashfs

/// The end of a file, or a whole small one, that is stored later.
struct DeferredTail {
    let node: UInt32
    let data: UInt32
    let size: UInt32
    /// The digest of its bytes, which must still be the same when it is stored.
    let digest: ContentDigest
}

/// The ends of files, which wait until all are known and are then stored beside similar ones.
struct DeferredTails {
    private var tails: [DeferredTail] = []
    private var likeness: LikenessOrder
    private let blockSize: Int

    init(_ tree: Tree, blockSize: Int) {
        self.blockSize = blockSize
        let bytes = tree.nodes.reduce(0) { $0 + ($1.kind == .file ? $1.size % UInt64(blockSize) : 0) }
        likeness = LikenessOrder(totalBytes: bytes)
    }

    mutating func add(_ bytes: [UInt8], of data: DataID, _ node: NodeID) {
        tails.append(
            DeferredTail(
                node: UInt32(node.index),
                data: UInt32(data.index),
                size: UInt32(bytes.count),
                digest: ContentDigest(of: bytes)
            )
        )
        likeness.add(bytes)
    }

    /// The tails of each fragment block.
    func blocks() -> [[DeferredTail]] { likeness.blocks(ofSize: blockSize).map { $0.map { tails[$0] } } }
}
