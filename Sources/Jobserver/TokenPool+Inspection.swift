/// What a process holds, for those who look at the pool.
package struct Holding: Equatable, Sendable {
    package let client: ClientID
    package let tokens: Int
    package let since: MonotonicTime
}

/// What a process waits for, for those who look at the pool.
package struct Waiting: Equatable, Sendable {
    /// How it waits.
    package enum Kind: Equatable, Sendable {
        case read, poll, hungry
    }

    package let client: ClientID
    package let kind: Kind
    /// How many of its reads or polls wait.
    package let count: Int
    package let since: MonotonicTime
}

extension TokenPool {
    /// Every process that holds a token.
    package var holdings: [Holding] {
        clients.indices.compactMap { index in
            let account = clients[index]
            guard account.held > 0 else { return nil }
            return Holding(client: ClientID(index: index), tokens: account.held, since: account.holdingSince)
        }
    }

    /// Whether the process holds a token.
    package func holds(_ client: ClientID) -> Bool { clients[client.index].held > 0 }

    /// Every process that waits for a token.
    package var waitings: [Waiting] {
        clients.indices.flatMap { index in
            [waitingReads(of: index), waitingPolls(of: index), hunger(of: index)].compactMap(\.self)
        }
    }

    /// Every read that waits.
    package var waitingReads: [RequestID] { requests.indices.map { requests[$0].id } }

    private func waitingReads(of client: Int32) -> Waiting? {
        let oldest = clients[client].requests.first
        guard oldest >= 0 else { return nil }
        let count = clients[client].requests.count(requestLinks)
        return Waiting(
            client: ClientID(index: client),
            kind: .read,
            count: count,
            since: requests[oldest].since
        )
    }

    private func waitingPolls(of client: Int32) -> Waiting? {
        let oldest = clients[client].polls.first
        guard oldest >= 0 else { return nil }
        let count = clients[client].polls.count(pollLinks)
        return Waiting(
            client: ClientID(index: client),
            kind: .poll,
            count: count,
            since: polls[oldest].since
        )
    }

    private func hunger(of client: Int32) -> Waiting? {
        guard let until = clients[client].hungryUntil else { return nil }
        let since = until + -limits.hungryNanoseconds
        return Waiting(client: ClientID(index: client), kind: .hungry, count: 1, since: since)
    }
}
