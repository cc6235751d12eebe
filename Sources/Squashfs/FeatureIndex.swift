/// Which pieces have which features, and the other way round; features get small numbers.
struct FeatureIndex {
    private var owners: [UInt32] = []
    private var ownerStarts: [Int] = [0]
    private var features: [UInt32] = []
    private var featureStarts: [Int]

    /// Takes the pairs of feature and piece; features of one piece or of too many are left out.
    init(_ pairs: inout [UInt64], pieces: Int, mostOwners: Int) {
        pairs.sort()
        var counts = Array(repeating: 0, count: pieces + 1)
        var place = 0
        while place < pairs.count {
            var end = place
            var group: [UInt32] = []
            while end < pairs.count, pairs[end] >> 32 == pairs[place] >> 32 {
                let piece = UInt32(truncatingIfNeeded: pairs[end])
                if group.last != piece { group.append(piece) }
                end += 1
            }
            place = end
            guard 2...mostOwners ~= group.count else { continue }
            for piece in group { counts[Int(piece) + 1] += 1 }
            owners += group
            ownerStarts.append(owners.count)
        }
        pairs = []
        for piece in 0..<pieces { counts[piece + 1] += counts[piece] }
        featureStarts = counts
        features = Array(repeating: 0, count: owners.count)
        for feature in 0..<ownerStarts.count - 1 {
            for piece in owners[ownerStarts[feature]..<ownerStarts[feature + 1]] {
                features[counts[Int(piece)]] = UInt32(feature)
                counts[Int(piece)] += 1
            }
        }
    }

    var count: Int { ownerStarts.count - 1 }

    func features(of piece: Int) -> ArraySlice<UInt32> {
        features[featureStarts[piece]..<featureStarts[piece + 1]]
    }
    func owners(of feature: UInt32) -> ArraySlice<UInt32> {
        owners[ownerStarts[Int(feature)]..<ownerStarts[Int(feature) + 1]]
    }
}
