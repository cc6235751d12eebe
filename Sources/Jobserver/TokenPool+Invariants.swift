extension TokenPool {
    /// The first promise that does not hold, as a sentence; nil when all do.
    ///
    /// For tests and debug builds: it walks over everything.
    package var violation: String? {
        mutating get { accounts.violation ?? conservationViolation ?? queueViolation }
    }

    private var conservationViolation: String? {
        mutating get {
            free + reserved + held == limits.jobs + lent ? nil : "tokens are not conserved"
        }
    }

    private var queueViolation: String? {
        mutating get {
            for client in accounts.clients.indices where isEligible(client) {
                guard !mayTake(client) else {
                    return "client \(client) waits though a token is free for it"
                }
            }
            return nil
        }
    }

    private func isEligible(_ index: Int32) -> Bool {
        let client = accounts.clients[index]
        guard client.reads.isEmpty else { return true }
        return switch client.demand {
        case .none, .reservation: false
        case .poll: true
        case .penalty: !client.polls.isEmpty
        case .retry(let retry): retry.reserved == 0
        }
    }
}

extension Accounts {
    /// The first thing that does not follow from the records as it should.
    var violation: String? {
        mutating get { sumViolation ?? buildViolation ?? entryViolation ?? placeViolation }
    }

    private var sumViolation: String? {
        let clientsHeld = clients.indices.reduce(0) { $0 + clients[$1].held }
        let clientsReserved = clients.indices.reduce(0) { $0 + clients[$1].reserved }
        let lenders = clients.indices.count { clients[$0].isLending }
        guard clientsHeld == held else { return "held is \(held), its clients hold \(clientsHeld)" }
        guard clientsReserved == reserved else {
            return "reserved is \(reserved), for clients are \(clientsReserved)"
        }
        return lenders == lent ? nil : "lent is \(lent), there are \(lenders) lenders"
    }

    private var buildViolation: String? {
        for build in builds.indices {
            let members = clients.indices.filter { clients[$0].build == build }
            let holding = members.reduce(0) { $0 + clients[$1].held + clients[$1].reserved }
            let opened = entries.files.indices.count { entries.files[$0].build == build }
            guard holding == builds[build].holding else {
                return "build \(build) holds \(holding), not as counted"
            }
            guard
                builds[build].isActive || members.allSatisfy({ clients[$0].held == 0 })
                    || builds[build].isDispatcher
            else { return "build \(build) holds tokens and does not build" }
            guard opened == builds[build].openFiles else {
                return "build \(build) has \(opened) files, not as counted"
            }
        }
        let building = builds.indices.count { builds[$0].isActive }
        return building == active.count ? nil : "\(building) builds build, \(active.count) counted"
    }

    private var entryViolation: String? {
        for index in clients.indices {
            let taken = entries.takings.indices.filter { entries.takings[$0].client == index }
            guard taken.reduce(0, { $0 + entries.takings[$1].count }) == clients[index].held else {
                return "client \(index) did not take what it holds"
            }
        }
        for read in entries.reads.indices {
            guard clients.contains(entries.reads[read].client) else {
                return "read \(read) waits for a dead client"
            }
            guard entries.files.contains(entries.reads[read].file) else {
                return "read \(read) waits on a closed file"
            }
            guard entries.read(entries.reads[read].id) == read else { return "read \(read) is not found" }
        }
        return nil
    }

    private var placeViolation: String? {
        mutating get {
            for index in clients.indices {
                let client = clients[index]
                guard (rank(ofClient: index, age(ofClient: index)) != nil) == queue.has(index) else {
                    return "client \(index) is out of its place"
                }
                switch client.demand {
                case .poll where client.polls.isEmpty: return "client \(index) polls and has no poll"
                case .reservation where !client.reads.isEmpty || !client.polls.isEmpty:
                    return "client \(index) waits though a token is reserved for it"
                case .none where !client.polls.isEmpty, .retry where !client.polls.isEmpty:
                    return "client \(index) has a poll and does not poll"
                case .none, .poll, .reservation, .penalty, .retry: break
                }
            }
            let lost = builds.indices.first { index in
                (rank(ofBuild: index, builds[index]) != nil)
                    != (queue.has(build: index) && builds[index].queue != nil)
            }
            return lost.map { "build \($0) is out of its place" }
        }
    }
}
