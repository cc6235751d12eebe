import Vocabulary
@testable import Jobserver

/// Compares the pool's effects with those that the naive pool foretold, and checks what must always hold.
extension Storm {
    /// Takes the pool's effects, and compares them and their order with those that the naive pool foretold.
    func obey() {
        var effects: [Effect] = []
        while let effect = pool.nextEffect() { effects.append(effect) }
        for effect in effects { note("  \(effect)") }
        if Self.sorted(effects) != Self.sorted(naive.effects) {
            fail("the pool asks for \(effects), foretold was \(naive.effects)")
        }
        naive.effects = []
    }

    /// A close abandons the file's reads before anything else, in any order: sort them for the comparison.
    private static func sorted(_ effects: [Effect]) -> [Effect] {
        let abandoned = effects.compactMap { effect -> RequestID? in
            guard case .abandon(let request) = effect else { return nil }
            return request
        }
        let others = effects.drop { if case .abandon = $0 { true } else { false } }
        return abandoned.sorted { $0.number < $1.number }.map { .abandon($0) } + others
    }

    /// Fails unless the answer is the foretold one.
    func compare<Answer: Equatable>(_ answer: Answer, _ foretold: Answer) {
        if answer != foretold { fail("the answer is \(answer), foretold was \(foretold)") }
    }

    func check() {
        if let violation = pool.violation { fail(violation) }
        if pool.lent != naive.lent { fail("lent is \(pool.lent), should be \(naive.lent)") }
        if pool.free != naive.free { fail("free is \(pool.free), should be \(naive.free)") }
        for (client, process) in naive.processes {
            let account = pool.accounts.clients[client.index]
            if account.held != naive.held(client) || account.reserved != process.reserved {
                fail("client \(client.index) holds \(account.held), reserved for it are \(account.reserved)")
            }
        }
        if pool.accounts.entries.reads.count != naive.readers.count {
            fail("the pool counts \(pool.accounts.entries.reads.count) waiting reads")
        }
        checkThatNobodyIsForgotten()
    }

    /// Fails unless the events of the whole life add up to what the pool says.
    func checkHistory() {
        var (held, lenders, totals) = ([Int: Int](), Set<Int>(), Totals())
        totals.dropped = pool.totals.dropped
        _ = pool.events.forEach(from: 0, to: pool.events.end, atMost: .max) { event in
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
        let holders = pool.accounts.clients.indices.reduce(into: [Int: Int]()) {
            let client = pool.accounts.clients[$1]
            if client.held > 0 { $0[client.process] = client.held }
        }
        if held.filter({ $0.value > 0 }) != holders { fail("the events leave other holders") }
    }

    /// Tries for one random waiter of each kind to read now: that must give nothing.
    private func checkThatNobodyIsForgotten() {
        let reader = naive.readers.randomElement(using: &generator)
        if let reader, wouldGet(reader.client, reader.file) {
            fail("read \(reader.request.number) waits though a token is there for it")
        }
        if let poller = naive.pollers.randomElement(using: &generator), wouldGet(poller.client, poller.file) {
            fail("client \(poller.client.index) was told no, could have a token now, and was not woken")
        }
    }

    /// Whether a read would give this process a token now; tried on a copy of the pool.
    func wouldGet(_ client: ClientID, _ file: FileID) -> Bool {
        var copy = pool.copy()
        return copy.read(RequestID(.max), by: client, through: file, waits: false, at: now).isGranted
    }
}
