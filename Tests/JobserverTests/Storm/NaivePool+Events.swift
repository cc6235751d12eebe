import Vocabulary
@testable import Jobserver

/// The same events as for the real pool.
extension NaivePool {
    mutating func read(_ request: RequestID, _ party: Party, waits: Bool, at now: MonotonicTime) -> ReadAnswer
    {
        expire(at: now)
        defer { dispatch(at: now) }
        change(party.client) { $0.penaltyUntil = nil }
        guard let process = processes[party.client] else { return .wouldBlock }
        guard process.reserved > 0 || mayTake(process) else {
            if waits { park(request, party) } else { refuse(process, party.file, at: now) }
            return waits ? .parked : .wouldBlock
        }
        let age = newAge()
        change(party.client) { process in
            process.hasReturned = false
            process.reserved = max(0, process.reserved - 1)
            process.reservedFile = nil
            process.reservedUntil = nil
            if process.retryUntil != nil, process.wanted > 1 {
                process.wanted -= 1
                process.place = age
            } else if process.retryUntil != nil {
                process.retryUntil = nil
                process.reserved = 0
                process.place = nil
            } else if process.isRetrier {
                process.place = nil
            }
        }
        charge(party.client, party.file)
        return .granted(to: party.client)
    }

    private mutating func park(_ request: RequestID, _ party: Party) {
        readers.append(Reader(request: request, client: party.client, file: party.file, age: newAge()))
        change(party.client) { process in
            if process.isRetrier { process.place = nil }
            process.isRetrier = false
            process.hasReturned = false
            process.endRetry()
        }
    }

    private mutating func refuse(_ process: Process, _ file: FileID, at now: MonotonicTime) {
        guard !process.isPoller else { return park(Poller(client: process.client, file: file)) }
        change(process.client) { $0.hasReturned = false }
        retry(process, file, wanted: 1, at: now)
    }

    private mutating func retry(_ process: Process, _ file: FileID?, wanted: Int, at now: MonotonicTime) {
        let age = process.place == nil ? newAge() : 0
        let until = now + limits.retryNanoseconds
        let moment = process.retryUntil?.time == until ? process.retryUntil : moment(until)
        change(process.client) { process in
            process.isRetrier = true
            process.refusedFile = file ?? process.refusedFile
            process.place = process.place ?? age
            process.wanted = wanted
            process.retryUntil = moment
        }
    }

    mutating func poll(_ party: Party, waits: Bool, at now: MonotonicTime) -> Bool {
        expire(at: now)
        defer { dispatch(at: now) }
        change(party.client) { process in
            guard waits || !process.isRetrier else { return }
            // The place is worth something only as long as the process will try again.
            if process.isRetrier, process.retryUntil == nil { process.place = nil }
            process.isPoller = true
            process.isRetrier = false
        }
        guard let process = processes[party.client] else { return false }
        if process.reserved > 0 || mayTake(process) { return true }
        if waits { park(Poller(client: party.client, file: party.file)) }
        return false
    }

    private mutating func park(_ poller: Poller) {
        guard !pollers.contains(poller) else { return }
        let isFirst = !pollers.contains { $0.client == poller.client }
        let age = isFirst ? newAge() : 0
        pollers.append(poller)
        change(poller.client) { process in
            if isFirst, process.retryUntil == nil { process.place = age }
            process.endRetry()
        }
    }

    mutating func write(_ count: Int, _ party: Party, at now: MonotonicTime) -> WriteReceipt {
        expire(at: now)
        defer { dispatch(at: now) }
        var receipt = WriteReceipt()
        receipt.own = min(count, held(party.client))
        for _ in 0..<receipt.own { release(party.client, party.file) }
        while receipt.own + receipt.passed < count,
            let holder = takings.last(where: { $0.file == party.file })?.client
        {
            release(holder, party.file)
            receipt.passed += 1
        }
        if receipt.own + receipt.passed < count, lent < limits.jobs,
            processes[party.client]?.isLender == false
        {
            change(party.client) { $0.isLender = true }
            receipt.lent = 1
        }
        receipt.dropped = count - receipt.own - receipt.passed - receipt.lent
        if receipt.own > 0 { returned(party.client, at: now) }
        return receipt
    }

    private mutating func release(_ client: ClientID, _ file: FileID, isReturn: Bool = true) {
        let through = takings.firstIndex { $0.client == client && $0.file == file }
        guard let index = through ?? takings.firstIndex(where: { $0.client == client }) else { return }
        takings[index].count -= 1
        if takings[index].count == 0 { takings.remove(at: index) }
        if isReturn, let build = processes[client]?.build { givenBack[build] = now }
        note()
    }

    private mutating func returned(_ client: ClientID, at now: MonotonicTime) {
        guard let process = processes[client], process.isRetrier else { return }
        guard !process.hasReturned else {
            return change(client) { process in
                process.isRetrier = false
                process.place = nil
                process.hasReturned = false
                process.endRetry()
            }
        }
        let isFirst = (process.returns + 1) % 8 != 0
        if isFirst {
            lastFirst += 1
            served[process.build] = 0
        }
        let place = isFirst ? lastFirst : process.place
        change(client) { process in
            process.hasReturned = true
            process.returns += 1
            process.place = place
        }
        guard let changed = processes[client] else { return }
        retry(changed, nil, wanted: changed.retryUntil == nil ? 1 : changed.wanted + 1, at: now)
    }

    mutating func interrupted(_ request: RequestID, at now: MonotonicTime) -> Bool {
        expire(at: now)
        defer { dispatch(at: now) }
        guard let index = readers.firstIndex(where: { $0.request == request }) else { return false }
        let reader = readers.remove(at: index)
        change(reader.client) { _ in }
        return true
    }

    mutating func undelivered(_ party: Party, at now: MonotonicTime) {
        expire(at: now)
        defer { dispatch(at: now) }
        guard let process = processes[party.client], !process.isLender else { return }
        if held(party.client) > 0 {
            release(party.client, party.file, isReturn: false)
        } else {
            change(party.client) { $0.isLender = true }
        }
    }

    mutating func died(_ client: ClientID, at now: MonotonicTime) {
        expire(at: now)
        defer { dispatch(at: now) }
        effects += readers.filter { $0.client == client }.map { .abandon($0.request) }
        readers.removeAll { $0.client == client }
        pollers.removeAll { $0.client == client }
        if let build = processes[client]?.build, takings.contains(where: { $0.client == client }) {
            givenBack[build] = now
        }
        takings.removeAll { $0.client == client }
        processes[client] = nil
        note()
    }

    mutating func closed(_ file: FileID, at now: MonotonicTime) {
        expire(at: now)
        defer { dispatch(at: now) }
        openFiles[file] = nil
        effects += readers.filter { $0.file == file }.map { .abandon($0.request) }
        readers.removeAll { $0.file == file }
        pollers.removeAll { $0.file == file }
        for index in takings.indices where takings[index].file == file { takings[index].file = nil }
        for process in processes.values {
            change(process.client) { process in
                if process.reservedFile == file { process.endReservation() }
                if process.refusedFile == file { process.endRetry() }
            }
        }
        note()
    }

    /// Ends everything whose time is over.
    mutating func expire(at now: MonotonicTime) {
        let isDue = deadlines.min().map { $0.time <= now } ?? false
        pass(to: now)
        // The reserve may have shrunk: then the pool serves those whom only the reserve held back.
        guard isDue else { return dispatch(at: now) }
        while let process = due(\.reservedUntil, now), let file = process.reservedFile {
            let (age, until) = (newAge(), moment(now + limits.penaltyNanoseconds))
            pollers.append(Poller(client: process.client, file: file))
            change(process.client) { process in
                process.endReservation()
                process.place = age
                process.penaltyUntil = until
            }
        }
        while let process = due(\.retryUntil, now) {
            let holds = held(process.client)
            change(process.client) { process in
                let isAtItsEnd = process.reserved > 0 && holds == 0
                if isAtItsEnd || process.hasReturned { process.place = nil }
                if isAtItsEnd {
                    process.isRetrier = false
                    process.hasReturned = false
                }
                process.endRetry()
            }
        }
        while let process = due(\.penaltyUntil, now) { change(process.client) { $0.penaltyUntil = nil } }
        dispatch(at: now)
    }

    private var deadlines: [Moment] {
        processes.values.flatMap { [$0.reservedUntil, $0.retryUntil, $0.penaltyUntil].compactMap(\.self) }
    }

    private func due(_ deadline: KeyPath<Process, Moment?>, _ now: MonotonicTime) -> Process? {
        let due = processes.values.compactMap { process in process[keyPath: deadline].map { ($0, process) } }
        return due.filter { $0.0.time <= now }.min { $0.0 < $1.0 }?.1
    }
}

extension NaivePool.Process {
    mutating func endRetry() {
        guard retryUntil != nil else { return }
        retryUntil = nil
        reserved = 0
    }

    mutating func endReservation() {
        reserved = 0
        reservedFile = nil
        reservedUntil = nil
    }
}
