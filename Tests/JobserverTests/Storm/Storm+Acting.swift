import Vocabulary
@testable import Jobserver

/// One random event, for the real pool and for the naive one.
extension Storm {
    func act() {
        guard alive.count >= 2, let party = alive.randomElement(using: &generator) else {
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
        guard naive.openFiles[party.file] != nil else { return }
        lastRequest += 1
        let request = RequestID(lastRequest)
        let waits = roll(100) < shape.blocking
        let answer = pool.read(request, by: party.client, through: party.file, waits: waits, at: now)
        note("read \(lastRequest) \(waits ? "waits" : "tries") \(name(party)): \(answer)")
        compare(answer, naive.read(request, party, waits: waits, at: now))
        if answer == (waits ? .wouldBlock : .parked) { fail("\(answer) is no answer to this read") }
    }

    private func poll(_ party: Party) {
        guard naive.openFiles[party.file] != nil else { return }
        let waits = roll(10) > 0
        let isReady = pool.polled(by: party.client, through: party.file, waits: waits, at: now)
        note("poll \(waits ? "waits" : "looks") \(name(party)): \(isReady)")
        compare(isReady, naive.poll(party, waits: waits, at: now))
        if isReady != wouldGet(party.client, party.file) { fail("a poll said \(isReady), a read would not") }
    }

    private func write(_ party: Party) {
        guard naive.openFiles[party.file] != nil else { return }
        // Mostly the process gives back what it holds, and now and then a token that it never had.
        guard naive.held(party.client) > 0 || roll(8) == 0 else { return }
        let count = roll(10) == 0 ? 1 + roll(5) : 1
        let receipt = pool.wrote(count, by: party.client, through: party.file, at: now)
        note("write \(count) \(name(party)): \(receipt)")
        compare(receipt, naive.write(count, party, at: now))
    }

    private func interrupt() {
        let waiting = naive.readers.randomElement(using: &generator)
        let request = roll(5) == 0 ? RequestID(UInt64(roll(Int(lastRequest) + 2))) : waiting?.request
        guard let request else { return }
        let hasLeft = pool.interrupted(request, at: now)
        note("interrupt \(request.number): \(hasLeft)")
        compare(hasLeft, naive.interrupted(request, at: now))
    }

    private func enter() {
        guard naive.processes.count < shape.processes else { return }
        let parent = alive.filter { naive.openFiles[$0.file] != nil }.randomElement(using: &generator)
        let inherits = roll(100) < shape.heirs
        guard let build = builds.randomElement(using: &generator) else { return }
        let heritage = inherits ? parent : nil
        let client = pool.connect(in: heritage?.build ?? build)
        naive.processes[client] = .init(client: client, build: heritage?.build ?? build)
        if let heritage {
            alive.append(Party(client: client, file: heritage.file, build: heritage.build))
        } else {
            open(Party(client: client, file: FileID(index: -1), build: build))
        }
        note("enter \(alive.last.map(name) ?? "")")
    }

    private func open(_ party: Party) {
        let file = pool.opened(by: party.client)
        naive.openFiles[file] = party.build
        alive.append(Party(client: party.client, file: file, build: party.build))
        naive.note()
    }

    private func die(_ party: Party) {
        note("die \(name(party))")
        pool.died(party.client, at: now)
        naive.died(party.client, at: now)
        let files = alive.filter { $0.client == party.client }.map(\.file)
        alive.removeAll { $0.client == party.client }
        for file in files where naive.openFiles[file] != nil {
            if !alive.contains(where: { $0.file == file }) { close(file) }
        }
    }

    private func close(_ party: Party) {
        guard naive.openFiles[party.file] != nil else { return }
        close(party.file)
        guard roll(2) == 0 else { return }
        alive.removeAll { $0.client == party.client && $0.file == party.file }
        openAnother(party)
    }

    private func openAnother(_ party: Party) {
        open(party)
        note("open \(name(party)): another")
    }

    private func close(_ file: FileID) {
        note("close file \(file.index)")
        pool.closed(file, at: now)
        naive.closed(file, at: now)
    }

    private func undelivered(_ party: Party) {
        guard shape.blocking < 100, naive.held(party.client) > 0 else { return }
        note("undelivered \(name(party))")
        pool.undelivered(to: party.client, through: party.file, at: now)
        naive.undelivered(party, at: now)
    }

    private func pass() {
        let deadline = pool.nextDeadline.map { max(0, $0.nanoseconds - now.nanoseconds) } ?? 0
        now = now + [deadline, 1_000_000, 30_000_000, 700_000_000][roll(4)]
        note("time passes")
        pool.expire(at: now)
        naive.expire(at: now)
        if let next = pool.nextDeadline, next <= now { fail("a deadline has passed and nothing was done") }
    }

    private func changeLimits() {
        guard shape.changesLimits else { return }
        naive.expire(at: now)
        defer { naive.dispatch(at: now) }
        if roll(2) == 0 {
            naive.admitted = roll(3) == 0 ? .max : roll(shape.jobs + 2)
            note("admit \(naive.admitted)")
            return pool.admit(naive.admitted, at: now)
        }
        naive.limits.jobs = 1 + roll(shape.jobs * 2)
        naive.limits.minJobs = roll(3)
        naive.limits.perProcess = max(0, roll(5) - 1)
        naive.limits.perBuild = max(0, roll(6) - 2)
        naive.limits.reserve = roll(2) == 0 ? nil : roll(3)
        note("limits \(naive.limits)")
        pool.change(to: naive.limits, at: now)
    }

    func name(_ party: Party) -> String {
        "c\(party.client.index) f\(party.file.index) b\(party.build.index)"
    }
}
