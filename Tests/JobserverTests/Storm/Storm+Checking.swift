@testable import Jobserver

/// What the pool asks for is done, and everything that must hold is looked at.
extension Storm {
    /// Does what the pool asks for; where it can be foretold, in the foretold order.
    func obey() {
        while let effect = pool.nextEffect() {
            note("  \(effect)")
            switch effect {
            case .grant(let request, let client, let file): granted(request, client, file)
            case .wake(let file): model.pollers = model.pollers.filter { $0.file != file }
            case .abandon(let request): fail("read \(request.number) was abandoned for no reason")
            }
        }
        guard shape.blocking == 100 else { return }
        if let late = model.nextReader() ?? model.readers.first(where: model.mayEndItsLoan) {
            fail("read \(late.request.number) should have been granted")
        }
    }

    private func granted(_ request: RequestID, _ client: ClientID, _ file: FileID) {
        guard let reader = model.readers.first(where: { $0.request == request }) else {
            return fail("read \(request.number) was granted, it does not wait")
        }
        if reader.party.client != client || reader.party.file != file { fail("granted to somebody else") }
        if shape.blocking == 100, let next = model.nextReader()?.request, next != request {
            fail("read \(request.number) was granted before \(next.number)")
        }
        let endsLoan = model.lenders.contains(client)
        model.readers.removeAll { $0.request == request }
        model.charge(client)
        // What is kept for lenders is out in the books only: it will end their loans.
        let kept = pool.clients.indices.count { pool.clients[$0].hasLent && pool.clients[$0].offered > 0 }
        if !endsLoan, pool.out - kept > max(model.limits.minJobs, model.admitted) {
            fail("more is out than was admitted")
        }
        if pool.free < 0 { fail("a token was granted that is not there") }
    }

    /// These reads, and these alone, are abandoned first.
    func expectAbandoned(_ matches: (NaiveModel.Reader) -> Bool) {
        var expected = Set(model.readers.filter(matches).map(\.request))
        while !expected.isEmpty {
            guard case .abandon(let request) = pool.nextEffect(), expected.remove(request) != nil else {
                return fail("reads \(expected.map(\.number)) were not abandoned")
            }
        }
    }

    func check() {
        if let violation = pool.violation { fail(violation) }
        if pool.held != model.out { fail("held is \(pool.held), should be \(model.out)") }
        if pool.lent != model.lenders.count { fail("lent is \(pool.lent), should be \(model.lenders.count)") }
        if pool.free != model.free - pool.reserved { fail("free is \(pool.free)") }
        for party in model.alive
        where pool.clients[party.client.index].held != model.held[party.client, default: 0] {
            fail("\(name(party)) holds \(pool.clients[party.client.index].held)")
        }
        if pool.requests.count != model.readers.count {
            fail("the pool counts \(pool.requests.count) waiting reads")
        }
        checkThatNobodyIsForgotten()
    }

    /// The events of the whole life come to what the pool says.
    func checkHistory() {
        var (held, lenders, totals) = ([Int: Int](), Set<Int>(), Totals())
        totals.dropped = pool.totals.dropped
        _ = pool.events.forEach(from: 0, to: pool.events.end, atMost: .max) { event, _ in
            switch event.kind {
            case .granted, .repaid: totals.granted += 1
            case .returned: totals.returned += event.value
            case .reclaimed, .unpaid: totals.reclaimed += event.value
            case .lent: totals.lent += 1
            case .lapsed, .gate, .limit, .load, .memory, .out: break
            }
            switch event.kind {
            case .granted: held[event.process, default: 0] += 1
            case .returned, .reclaimed: held[event.process, default: 0] -= event.value
            case .lent, .unpaid: if !lenders.insert(event.process).inserted { fail("lent twice") }
            case .repaid, .lapsed: if lenders.remove(event.process) == nil { fail("no loan to end") }
            case .gate, .limit, .load, .memory, .out: break
            }
            if held[event.process, default: 0] < 0 { fail("\(event) gives back what was not held") }
        }
        if totals != pool.totals { fail("the events come to \(totals), not \(pool.totals)") }
        if lenders.count != pool.lent { fail("the events leave \(lenders.count) loans, not \(pool.lent)") }
        let holders = pool.clients.indices.reduce(into: [Int: Int]()) {
            if pool.clients[$1].held > 0 { $0[pool.clients[$1].process] = pool.clients[$1].held }
        }
        if held.filter({ $0.value > 0 }) != holders { fail("the events leave other holders") }
    }

    /// One of those who wait, by chance: if it tried now, it must get nothing.
    private func checkThatNobodyIsForgotten() {
        if let reader = model.readers.randomElement(using: &generator), wouldGet(reader.party) {
            fail("read \(reader.request.number) waits though a token is there for it")
        }
        let pollers = model.alive.filter { model.pollers.contains(.init(client: $0.client, file: $0.file)) }
        if let poller = pollers.randomElement(using: &generator), wouldGet(poller) {
            fail("\(name(poller)) was told no, could have a token now, and was not woken")
        }
    }

    /// Whether a read would give this process a token now; tried on a copy of the pool.
    func wouldGet(_ party: Party) -> Bool {
        var copy = pool.copy()
        let request = RequestID(.max)
        return copy.read(request, by: party.client, through: party.file, waits: false, at: now) == .granted
    }
}
