/// Joins pieces that share features to clusters, none larger than a block.
///
/// Clusters join in rounds: each time two that are each other's best partner. The best partner is the one
/// that shares most features for the room that the smaller of both takes in a block. It ends when no two that
/// share a feature fit together.
struct PieceClusters {
    /// The other cluster that suits a cluster best.
    private struct Partner {
        var cluster: UInt32
        var likeness: Double
    }

    private let index: FeatureIndex
    private let blockSize: Int
    /// For each piece its cluster, which has the number of one of its pieces.
    private var clusters: [UInt32]
    /// For each piece the next one of its cluster, in a ring.
    private var nextPieces: [UInt32]
    /// By cluster.
    private var sizes: [UInt32]
    private var partners: [Partner?]
    /// By cluster: the round in which it changed last.
    private var joined: [UInt32]
    private var round: UInt32 = 0
    /// Clusters that have to look for a partner.
    private var seekers: [UInt32]

    /// For each cluster how many features it shares with the searching one, and the last of these features.
    private var shared: [UInt32]
    private var lastFeature: [UInt32]
    /// By feature: the last search that met it.
    private var lastSearch: [UInt32]
    private var search: UInt32 = 0

    init(index: FeatureIndex, sizes: [UInt32], blockSize: Int) {
        self.index = index
        self.blockSize = blockSize
        self.sizes = sizes
        let all = sizes.indices.map { UInt32($0) }
        clusters = all
        nextPieces = all
        seekers = all
        joined = Array(repeating: 0, count: all.count)
        partners = Array(repeating: nil, count: all.count)
        shared = Array(repeating: 0, count: all.count)
        lastFeature = Array(repeating: .max, count: all.count)
        lastSearch = Array(repeating: 0, count: index.count)
    }

    /// The clusters, each with its pieces in the order of the tree, in the order of their first pieces.
    mutating func formed() -> [[Int]] {
        while joinBestPartners() {}
        var pieces: [[Int]] = Array(repeating: [], count: sizes.count)
        for (piece, cluster) in clusters.enumerated() { pieces[Int(cluster)].append(piece) }
        return pieces.filter { !$0.isEmpty }.sorted { $0[0] < $1[0] }
    }

    /// One round; false when nothing could be joined.
    private mutating func joinBestPartners() -> Bool {
        for seeker in seekers { seekPartner(of: seeker) }
        seekers = []
        round += 1
        for cluster in partners.indices {
            guard let partner = partners[cluster]?.cluster, partner > cluster,
                partners[Int(partner)]?.cluster == UInt32(cluster)
            else { continue }
            join(UInt32(cluster), partner)
        }
        // What joined is another cluster now: it and those whose partner it was look again.
        for cluster in partners.indices where clusters[cluster] == UInt32(cluster) {
            guard let partner = partners[cluster]?.cluster, joined[Int(partner)] == round else { continue }
            seekers.append(UInt32(cluster))
        }
        for seeker in seekers { partners[Int(seeker)] = nil }
        return !seekers.isEmpty
    }

    /// Finds the best partner of a cluster, and makes it the partner of those clusters for which it is better
    /// than theirs.
    private mutating func seekPartner(of seeker: UInt32) {
        search += 1
        var met: [UInt32] = []
        var piece = seeker
        repeat {
            for feature in index.features(of: Int(piece)) where lastSearch[Int(feature)] != search {
                lastSearch[Int(feature)] = search
                for owner in index.owners(of: feature) {
                    let other = clusters[Int(owner)]
                    guard other != seeker, lastFeature[Int(other)] != feature else { continue }
                    lastFeature[Int(other)] = feature
                    if shared[Int(other)] == 0 { met.append(other) }
                    shared[Int(other)] += 1
                }
            }
            piece = nextPieces[Int(piece)]
        } while piece != seeker
        for other in met {
            let smaller = min(sizes[Int(seeker)], sizes[Int(other)])
            let likeness = Double(shared[Int(other)]) / Double(smaller + 64).squareRoot()
            shared[Int(other)] = 0
            lastFeature[Int(other)] = .max
            guard Int(sizes[Int(seeker)]) + Int(sizes[Int(other)]) <= blockSize else { continue }
            offer(Partner(cluster: other, likeness: likeness), to: seeker)
            offer(Partner(cluster: seeker, likeness: likeness), to: other)
        }
    }

    /// Of equals the first in the tree, so that two of the best pairs always agree.
    private mutating func offer(_ partner: Partner, to cluster: UInt32) {
        if let known = partners[Int(cluster)],
            (known.likeness, partner.cluster) >= (partner.likeness, known.cluster)
        {
            return
        }
        partners[Int(cluster)] = partner
    }

    /// Gives the smaller cluster's pieces to the larger one.
    private mutating func join(_ one: UInt32, _ other: UInt32) {
        let (kept, gone) = sizes[Int(one)] >= sizes[Int(other)] ? (one, other) : (other, one)
        var piece = gone
        repeat {
            clusters[Int(piece)] = kept
            piece = nextPieces[Int(piece)]
        } while piece != gone
        nextPieces.swapAt(Int(kept), Int(gone))
        sizes[Int(kept)] += sizes[Int(gone)]
        joined[Int(kept)] = round
        joined[Int(gone)] = round
        partners[Int(gone)] = nil
    }
}
