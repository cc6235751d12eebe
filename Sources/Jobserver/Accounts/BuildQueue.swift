/// The builds that wait, by their standing, and in the ranking of each build its waiting processes.
struct BuildQueue {
    private var rankings = InlineArray<3, Ranking>(repeating: Ranking())
    private var buildPositions = Positions()
    /// The processes of each build that wait and may be granted a token, by rank.
    private var waiting: [Ranking] = []
    private var clientPositions = Positions()
    /// Those who wait for their own slot, which they have lent.
    private(set) var lenders = Chain()
    private(set) var lenderLinks = Links()

    /// Puts a process at its place in its build, or takes it out.
    mutating func place(_ client: Int32, at rank: Rank?, in build: Int32) {
        while waiting.count <= build { waiting.append(Ranking()) }
        if let rank {
            waiting[Int(build)].place(client, at: rank, &clientPositions)
        } else {
            waiting[Int(build)].remove(client, &clientPositions)
        }
    }

    /// The first of a build's processes that wait, and its rank.
    func first(in build: Int32) -> Int32? { build < waiting.count ? waiting[Int(build)].first : nil }
    func firstRank(in build: Int32) -> Rank? { build < waiting.count ? waiting[Int(build)].firstRank : nil }

    /// Puts a process at the end of those that wait for the slot that they lent, or takes it out.
    mutating func place(lender client: Int32, _ waits: Bool) {
        guard waits else { return lenders.remove(client, &lenderLinks) }
        if !lenderLinks[client].isLinked { lenders.append(client, &lenderLinks) }
    }

    /// Puts a build at its place, or takes it out.
    mutating func place(build index: Int32, _ build: inout Build, at rank: Rank?, _ standing: Standing) {
        if let former = build.queue, rank == nil || former != standing {
            rankings[former.rawValue].remove(index, &buildPositions)
        }
        build.queue = rank == nil ? nil : standing
        if let rank { rankings[standing.rawValue].place(index, at: rank, &buildPositions) }
    }

    /// Whether no build waits that may have more for its own sake.
    var isEmpty: Bool {
        for index in rankings.indices where !rankings[index].isEmpty { return false }
        return true
    }

    /// The first of the builds of that standing.
    func first(_ standing: Standing) -> (build: Int32, rank: Rank)? {
        guard let build = rankings[standing.rawValue].first, let rank = rankings[standing.rawValue].firstRank
        else {
            return nil
        }
        return (build, rank)
    }

    /// Whether a process, and a build, is in it, for those who check.
    func has(_ client: Int32) -> Bool { clientPositions[client] >= 0 }
    func has(build: Int32) -> Bool { buildPositions[build] >= 0 }
}
