/// Fills blocks with whole clusters: the largest that is left, and what stands near it in the tree as far as
/// it fits.
struct BlockFilling {
    /// How many clusters in each direction are tried in vain before a block counts as full.
    private static let patience = 50

    private let clusters: [[Int]]
    /// By cluster.
    private let sizes: [Int]
    private let blockSize: Int
    /// For each cluster its neighbours, in a ring through those that are left and one more that stands for
    /// both ends.
    private var before: [Int]
    private var after: [Int]

    init(clusters: [[Int]], sizes: [UInt32], blockSize: Int) {
        self.clusters = clusters
        self.sizes = clusters.map { $0.reduce(0) { $0 + Int(sizes[$1]) } }
        self.blockSize = blockSize
        let places = clusters.count + 1
        before = (0..<places).map { ($0 + places - 1) % places }
        after = (0..<places).map { ($0 + 1) % places }
    }

    /// The pieces of each block, in the order of the tree; the blocks in the order of their first pieces.
    consuming func blocks() -> [[Int]] {
        var blocks: [[Int]] = []
        let largestFirst = clusters.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
        for first in largestFirst where after[before[first]] == first {
            blocks.append(fill(from: first).flatMap { clusters[$0] }.sorted())
        }
        return blocks.sorted { $0[0] < $1[0] }
    }

    /// Takes clusters for one block.
    private mutating func fill(from first: Int) -> [Int] {
        var chosen = [first]
        var used = sizes[first]
        for direction in [\BlockFilling.after, \BlockFilling.before] {
            var misses = 0
            var next = self[keyPath: direction][first]
            while next != clusters.count, used < blockSize, misses < Self.patience {
                if used + sizes[next] <= blockSize {
                    chosen.append(next)
                    used += sizes[next]
                } else {
                    misses += 1
                }
                next = self[keyPath: direction][next]
            }
        }
        for cluster in chosen {
            after[before[cluster]] = after[cluster]
            before[after[cluster]] = before[cluster]
        }
        return chosen
    }
}
