extension TokenPool {
    /// The first promise that does not hold, as a sentence; nil when all do.
    ///
    /// For tests and debug builds: it walks over everything.
    package var violation: String? {
        conservationViolation ?? buildViolation ?? ledgerViolation ?? queueViolation
    }

    private var conservationViolation: String? {
        let clientsHeld = clients.indices.reduce(0) { $0 + clients[$1].held }
        let offered = clients.indices.reduce(0) { $0 + clients[$1].offered }
        let lenders = clients.indices.count { clients[$0].hasLent }
        guard clientsHeld == held else { return "held is \(held), its clients hold \(clientsHeld)" }
        guard offered == reserved else { return "reserved is \(reserved), there are \(offered) offers" }
        guard lenders == lent else { return "lent is \(lent), there are \(lenders) lenders" }
        guard free + reserved + held == limits.jobs + lent else { return "tokens are not conserved" }
        let greedy = clients.indices.first { clients[$0].hasLent && clients[$0].held > 0 }
        return greedy.map { "client \($0) lends a slot and holds tokens" }
    }

    private var buildViolation: String? {
        for build in builds.indices {
            let members = clients.indices.filter { clients[$0].build == build }
            let holding = members.reduce(0) { $0 + clients[$1].held + clients[$1].offered }
            let opened = files.indices.count { files[$0].build == build }
            guard holding == builds[build].holding else {
                return "build \(build) holds \(holding), not as counted"
            }
            guard opened == builds[build].openFiles else {
                return "build \(build) has \(opened) files, not as counted"
            }
        }
        let connected = builds.indices.count { builds[$0].openFiles > 0 }
        return connected == connectedBuilds
            ? nil : "\(connected) builds are connected, \(connectedBuilds) counted"
    }

    private var ledgerViolation: String? {
        for client in clients.indices {
            let taken = takings.indices.reduce(0) {
                $0 + (takings[$1].client == client ? takings[$1].count : 0)
            }
            guard taken == clients[client].held else {
                return "client \(client) took \(taken), holds otherwise"
            }
        }
        return nil
    }

    private var queueViolation: String? {
        guard requestNumbers.count == requests.count else {
            return "a waiting read is listed twice or not at all"
        }
        for request in requests.indices {
            guard clients.contains(requests[request].client) else {
                return "read \(request) waits for a dead client"
            }
            guard files.contains(requests[request].file) else {
                return "read \(request) waits on a closed file"
            }
        }
        for client in clients.indices where isEligible(client) {
            guard !mayTake(client) else {
                return "client \(client) waits though a token is free for it"
            }
        }
        return nil
    }

    private func isEligible(_ client: Int32) -> Bool {
        let account = clients[client]
        guard account.requests.isEmpty else { return true }
        return account.offered == 0 && (!account.polls.isEmpty || account.hungryUntil != nil)
    }
}
