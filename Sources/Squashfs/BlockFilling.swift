/// Fills one block after the other.
struct BlockFilling {
    private let index: FeatureIndex
    private let sizes: [UInt32]
    private let blockSize: Int
    private var isPlaced: [Bool]
    /// By piece: features that it shares with the open block; zero for all outside of `candidates`.
    private var scores: [UInt32]
    private var candidates: [Int] = []
    /// By feature: the block that had it last.
    private var lastBlock: [UInt32]
    private var block: UInt32 = 0
    private var used = 0

    init(index: FeatureIndex, sizes: [UInt32], blockSize: Int) {
        self.index = index
        self.sizes = sizes
        self.blockSize = blockSize
        isPlaced = Array(repeating: false, count: sizes.count)
        scores = Array(repeating: 0, count: sizes.count)
        lastBlock = Array(repeating: 0, count: index.count)
    }

    mutating func run() -> [Int] {
        var order: [Int] = []
        for first in sizes.indices where !isPlaced[first] {
            block += 1
            used = 0
            var next: Int? = first
            while let piece = next {
                order.append(piece)
                place(piece)
                next = best() ?? neighbour(of: piece)
            }
            for candidate in candidates { scores[candidate] = 0 }
            candidates.removeAll(keepingCapacity: true)
        }
        return order
    }

    private mutating func place(_ piece: Int) {
        isPlaced[piece] = true
        used += Int(sizes[piece])
        for feature in index.features(of: piece) where lastBlock[Int(feature)] != block {
            lastBlock[Int(feature)] = block
            for owner in index.owners(of: feature) where !isPlaced[Int(owner)] {
                if scores[Int(owner)] == 0 { candidates.append(Int(owner)) }
                scores[Int(owner)] += 1
            }
        }
    }

    /// The piece that shares most with the block and fits into it; of equals the first in the tree.
    private func best() -> Int? {
        var best: Int?
        for piece in candidates where !isPlaced[piece] && used + Int(sizes[piece]) <= blockSize {
            guard let known = best else {
                best = piece
                continue
            }
            if scores[piece] > scores[known] || scores[piece] == scores[known] && piece < known {
                best = piece
            }
        }
        return best
    }

    /// The next piece in the tree that is left, if it fits.
    private func neighbour(of piece: Int) -> Int? {
        var next = piece + 1
        while next < sizes.count, isPlaced[next] { next += 1 }
        return next < sizes.count && used + Int(sizes[next]) <= blockSize ? next : nil
    }
}
