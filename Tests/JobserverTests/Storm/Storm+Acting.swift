@testable import Jobserver

/// One random thing happens.
extension Storm {
    func act() {
        guard model.alive.count >= 2, let party = model.alive.randomElement(using: &generator) else {
            return enter()
        }
        switch roll(300 + shape.polls) {
        case 0..<100: read(party)
        case 100..<190: write(party)
        case 190..<215: interrupt()
        case 215..<235: enter()
        case 235..<248: die(party)
        case 248..<256: close(party)
        case 256..<285: pass()
        case 285..<292: undelivered(party)
        case 292..<298: changeLimits()
        case 298..<300: openAnother(party)
        default: poll(party)
        }
    }

    private func read(_ party: Party) {
        guard model.openFiles[party.file] != nil else { return }
        lastRequest += 1
        let request = RequestID(lastRequest)
        let waits = roll(100) < shape.blocking
        let answer = pool.read(request, by: party.client, through: party.file, waits: waits, at: now)
        note("read \(lastRequest) \(waits ? "waits" : "tries") \(name(party)): \(answer)")
        switch answer {
        case .granted: model.charge(party.client)
        case .parked: model.park(request, party)
        case .wouldBlock: break
        }
        if answer == (waits ? .wouldBlock : .parked) { fail("\(answer) is no answer to this read") }
    }

    private func poll(_ party: Party) {
        guard model.openFiles[party.file] != nil else { return }
        let waits = roll(10) > 0
        let isReady = pool.polled(by: party.client, through: party.file, waits: waits, at: now)
        note("poll \(waits ? "waits" : "looks") \(name(party)): \(isReady)")
        if isReady != wouldGet(party) { fail("a poll said \(isReady), a read would not") }
        if waits, !isReady { model.pollers.insert(.init(client: party.client, file: party.file)) }
    }

    private func write(_ party: Party) {
        guard model.openFiles[party.file] != nil else { return }
        // Mostly what it holds, now and then something from nowhere.
        guard model.held[party.client, default: 0] > 0 || roll(8) == 0 else { return }
        let count = roll(10) == 0 ? 1 + roll(5) : 1
        let before = model.held[party.client, default: 0]
        let receipt = pool.wrote(count, by: party.client, through: party.file, at: now)
        note("write \(count) \(name(party)): \(receipt)")
        if receipt.own != min(count, before) { fail("the writer's own tokens were not credited first") }
        if receipt.own + receipt.passed + receipt.lent + receipt.dropped != count { fail("bytes got lost") }
        let mayLend = receipt.own + receipt.passed < count && !model.lenders.contains(party.client)
        if receipt.lent != (mayLend ? 1 : 0) { fail("one slot may be lent, and one only") }
        model.held[party.client] = before - receipt.own
        if receipt.lent > 0 { model.lenders.insert(party.client) }
        passed(receipt.passed, from: party)
    }

    /// Others took these through the same file: whose they were, the pool says, within what can be.
    private func passed(_ count: Int, from writer: Party) {
        guard count > 0 else { return }
        // Grants that the write caused are still to be booked: they hide who lost a token.
        var trial = model
        var copy = pool.copy()
        while let effect = copy.nextEffect() {
            if case .grant(_, let client, _) = effect { trial.charge(client) }
        }
        var left = count
        for other in Set(model.alive.map(\.client)) where other != writer.client && left > 0 {
            let lost = trial.held[other, default: 0] - copy.clients[other.index].held
            guard lost > 0 else { continue }
            model.held[other, default: 0] -= lost
            left -= lost
        }
        if left != 0 { fail("\(left) passed tokens were nobody's") }
    }

    private func interrupt() {
        let waiting = model.readers.randomElement(using: &generator)
        let request = roll(5) == 0 ? RequestID(UInt64(roll(Int(lastRequest) + 2))) : waiting?.request
        guard let request else { return }
        let wasWaiting = model.readers.contains { $0.request == request }
        let hasLeft = pool.interrupted(request, at: now)
        note("interrupt \(request.number): \(hasLeft)")
        if hasLeft != wasWaiting { fail("an interrupt of a waiting read, and of that alone, ends it") }
        model.readers.removeAll { $0.request == request }
    }

    private func enter() {
        guard model.alive.count < shape.processes else { return }
        let parent = model.alive.filter { model.openFiles[$0.file] != nil }.randomElement(using: &generator)
        let inherits = roll(100) < shape.heirs
        guard let build = builds.randomElement(using: &generator) else { return }
        if inherits, let parent {
            let client = pool.connect(in: parent.build)
            model.alive.append(Party(client: client, file: parent.file, build: parent.build))
        } else {
            let client = pool.connect(in: build)
            let file = pool.opened(by: client)
            model.openFiles[file] = build
            model.alive.append(Party(client: client, file: file, build: build))
        }
        note("enter \(model.alive.last.map(name) ?? "")")
    }

    private func die(_ party: Party) {
        note("die \(name(party))")
        pool.died(party.client, at: now)
        expectAbandoned { $0.party.client == party.client }
        let files = model.alive.filter { $0.client == party.client }.map(\.file)
        model.forget(party)
        for file in files where model.openFiles[file] != nil {
            if !model.alive.contains(where: { $0.file == file }) { close(file) }
        }
    }

    private func close(_ party: Party) {
        guard model.openFiles[party.file] != nil else { return }
        close(party.file)
        guard roll(2) == 0 else { return }
        model.alive.removeAll { $0.client == party.client && $0.file == party.file }
        openAnother(party)
    }

    private func openAnother(_ party: Party) {
        let file = pool.opened(by: party.client)
        model.openFiles[file] = party.build
        model.alive.append(Party(client: party.client, file: file, build: party.build))
        note("open \(name(party)): file \(file.index)")
    }

    private func close(_ file: FileID) {
        note("close file \(file.index)")
        pool.closed(file, at: now)
        expectAbandoned { $0.party.file == file }
        model.close(file)
    }

    private func undelivered(_ party: Party) {
        guard shape.blocking < 100, model.held[party.client, default: 0] > 0 else { return }
        note("undelivered \(name(party))")
        pool.undelivered(to: party.client, through: party.file, at: now)
        model.held[party.client, default: 0] -= 1
    }

    private func pass() {
        let deadline = pool.nextDeadline.map { max(0, $0.nanoseconds - now.nanoseconds) } ?? 0
        now = now + [deadline, 1_000_000, 30_000_000, 700_000_000][roll(4)]
        note("time passes")
        pool.expire(at: now)
        if let next = pool.nextDeadline, next <= now { fail("a deadline has passed and nothing was done") }
    }

    private func changeLimits() {
        guard shape.changesLimits else { return }
        if roll(2) == 0 {
            model.admitted = roll(3) == 0 ? .max : roll(shape.jobs + 2)
            note("admit \(model.admitted)")
            return pool.admit(model.admitted, at: now)
        }
        model.limits.jobs = 1 + roll(shape.jobs * 2)
        model.limits.minJobs = roll(3)
        model.limits.perProcess = max(0, roll(5) - 1)
        model.limits.perBuild = max(0, roll(6) - 2)
        model.limits.reserve = roll(3)
        note("limits \(model.limits)")
        pool.change(to: model.limits, at: now)
    }

    func name(_ party: Party) -> String {
        "c\(party.client.index) f\(party.file.index) b\(party.build.index)"
    }
}
