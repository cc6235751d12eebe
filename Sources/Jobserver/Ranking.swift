/// A place in the queue: the smaller, the sooner.
struct Rank: Comparable {
    /// Tokens held, divided by the weight.
    var share: Double
    /// The number of the oldest request.
    var age: UInt64

    static func < (left: Self, right: Self) -> Bool {
        left.share != right.share ? left.share < right.share : left.age < right.age
    }
}

/// A heap of members by rank, with four children to a node: half as deep as one with two, so half the moves,
/// and a node's children lie side by side in memory.
///
/// Where each member stands is kept outside, in a table that several heaps share, so that a change of rank
/// costs O(log n).
struct Ranking {
    private var nodes: [(member: Int32, rank: Rank)] = []

    var isEmpty: Bool { nodes.isEmpty }
    var count: Int { nodes.count }

    /// Who is first, if anybody waits.
    var first: Int32? { nodes.first?.member }

    /// The rank of the first member.
    var firstRank: Rank? { nodes.first?.rank }

    /// Puts a member in, or moves it to where its rank belongs.
    mutating func place(_ member: Int32, at rank: Rank, _ positions: inout Positions) {
        let known = positions[member]
        guard known < 0 else {
            nodes[known].rank = rank
            return settle(known, &positions)
        }
        nodes.append((member, rank))
        settle(nodes.count - 1, &positions)
    }

    /// Takes a member out, if it is in.
    mutating func remove(_ member: Int32, _ positions: inout Positions) {
        let hole = positions[member]
        guard hole >= 0 else { return }
        positions[member] = -1
        let last = nodes.removeLast()
        guard hole < nodes.count else { return }
        nodes[hole] = last
        settle(hole, &positions)
    }

    /// Moves the node at `start` to its place; the nodes that it passes move one level each.
    private mutating func settle(_ start: Int, _ positions: inout Positions) {
        let node = nodes[start]
        var index = start
        while index > 0, node.rank < nodes[(index - 1) / 4].rank {
            move((index - 1) / 4, to: index, &positions)
            index = (index - 1) / 4
        }
        while let child = smallestChild(of: index), nodes[child].rank < node.rank {
            move(child, to: index, &positions)
            index = child
        }
        nodes[index] = node
        positions[node.member] = index
    }

    private func smallestChild(of index: Int) -> Int? {
        let first = 4 * index + 1
        return (first..<max(first, min(first + 4, nodes.count))).min { nodes[$0].rank < nodes[$1].rank }
    }

    private mutating func move(_ index: Int, to hole: Int, _ positions: inout Positions) {
        nodes[hole] = nodes[index]
        positions[nodes[hole].member] = hole
    }
}

/// Where each member stands in its heap; -1 where it is in none.
struct Positions {
    private var table: [Int32] = []

    subscript(member: Int32) -> Int {
        get { member < table.count ? Int(table[Int(member)]) : -1 }
        set {
            while table.count <= member { table.append(-1) }
            table[Int(member)] = Int32(newValue)
        }
    }
}
