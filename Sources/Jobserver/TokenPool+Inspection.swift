package import Vocabulary

/// What a process holds, for reports.
package struct Holding: Equatable, Sendable {
    package let client: ClientID
    package let tokens: Int
    package let since: MonotonicTime
}

/// What a process waits for, for reports.
package struct Waiting: Equatable, Sendable {
    /// How it waits.
    package enum Kind: Equatable, Sendable {
        case read, poll, retry
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
        accounts.clients.indices.compactMap { index in
            guard case .holding(let tokens, let since) = accounts.clients[index].balance else { return nil }
            return Holding(client: ClientID(index: index), tokens: tokens, since: since)
        }
    }

    /// Every process whose implicit slot is lent to the pool: its job runs elsewhere.
    package var lenders: [ClientID] {
        accounts.clients.indices.filter { accounts.clients[$0].isLending }.map { ClientID(index: $0) }
    }

    /// Whether the process holds a token.
    package mutating func holds(_ client: ClientID) -> Bool { accounts.clients[client.index].held > 0 }

    /// The packages to which a dispatcher's tokens belong, one to each.
    package func packages(of dispatcher: BuildID) -> [BuildID] {
        accounts.builds.indices.filter { index in
            guard case .package(dispatcher.index, true) = accounts.builds[index].part else { return false }
            return true
        }
        .map { BuildID(index: $0) }
    }

    /// How many tokens count as a build's: what a dispatcher holds counts as its packages'.
    package func share(of build: BuildID) -> Int { accounts.builds[build.index].share }

    /// Every process that waits for a token.
    package var waitings: [Waiting] {
        accounts.clients.indices.flatMap { index in
            [waitingReads(of: index), waitingPolls(of: index), retry(of: index)].compactMap(\.self)
        }
    }

    /// Every read that waits.
    package var waitingReads: [RequestID] {
        accounts.entries.reads.indices.map { accounts.entries.reads[$0].id }
    }

    private func waitingReads(of index: Int32) -> Waiting? {
        let client = accounts.clients[index]
        guard client.reads.first >= 0 else { return nil }
        return Waiting(
            client: ClientID(index: index),
            kind: .read,
            count: accounts.entries.readCount(of: client),
            since: accounts.entries.reads[client.reads.first].since
        )
    }

    private func waitingPolls(of index: Int32) -> Waiting? {
        let client = accounts.clients[index]
        guard client.polls.first >= 0 else { return nil }
        return Waiting(
            client: ClientID(index: index),
            kind: .poll,
            count: accounts.entries.pollCount(of: client),
            since: accounts.entries.polls[client.polls.first].since
        )
    }

    private func retry(of index: Int32) -> Waiting? {
        guard case .retry(let retry) = accounts.clients[index].demand else { return nil }
        let since = retry.until + -limits.retryNanoseconds
        return Waiting(client: ClientID(index: index), kind: .retry, count: 1, since: since)
    }
}
