internal import Vocabulary

/// The accounts of all processes and builds, and the queue, the sums and the deadlines that follow from them.
///
/// Only the records are stored: clients, builds and entries. Everything else can be computed from them, and
/// is kept up to date in one place: every change of a client goes through ``change(_:_:)``.
struct Accounts {
    private(set) var clients = Slots<Client>()
    private(set) var builds = Slots<Build>()
    private(set) var entries = Entries()
    var limits: Limits {
        didSet { for client in clients.indices { rank(client) } }
    }
    /// What time it is: nothing goes backwards.
    private(set) var now = MonotonicTime(nanoseconds: 0)
    /// When builds came that had asked for nothing before.
    private(set) var newcomers = Newcomers()
    private(set) var active = ActiveBuilds()
    private(set) var queue = BuildQueue()
    /// Places in the queue: the usual ones, and those that come before all others.
    private var lastAge: UInt64 = 1 << 40
    private var lastFirst: UInt64 = 0
    private var lastProcess = 0

    /// Tokens that processes hold, that are reserved for one process each, and implicit slots that are lent.
    private(set) var held = 0
    private(set) var reserved = 0
    private(set) var lent = 0
    private(set) var deadlines = Deadlines()

    init(limits: Limits) {
        self.limits = limits
    }

    /// The next place in the queue.
    mutating func newAge() -> UInt64 {
        lastAge += 1
        return lastAge
    }

    /// A place before all others but those given away so before.
    mutating func newFirst() -> UInt64 {
        lastFirst += 1
        return lastFirst
    }

    /// Moves the time on to `time`: builds that have rested for long enough no longer count.
    mutating func pass(to time: MonotonicTime) {
        now = max(now, time)
        while let deadline = restDeadline, deadline <= now { setActivity(of: active.resting.first, .idle) }
    }

    // MARK: Clients

    mutating func add(clientOf build: Int32) -> Int32 {
        builds[build].clients += 1
        lastProcess = lastProcess % TokenEvent.largestProcess + 1
        return clients.insert(Client(build: build, process: lastProcess))
    }

    /// Forgets a process that has nothing and waits for nothing.
    mutating func remove(client: Int32) {
        builds[clients[client].build].clients -= 1
        clients.remove(client)
    }

    /// Changes a process' account or its entries, and brings up to date what follows from them.
    mutating func change<Answer>(
        _ index: Int32,
        _ body: (_ client: inout Client, _ entries: inout Entries) -> Answer
    ) -> Answer {
        let before = ClientFigures(&clients[index])
        let answer = body(&clients[index], &entries)
        let after = ClientFigures(&clients[index])
        held += after.held - before.held
        reserved += after.reserved - before.reserved
        lent += after.lent - before.lent
        deadlines.move(index, from: before.deadline, to: after.deadline)
        update(clients[index].build, from: before, to: after)
        rank(index)
        return answer
    }

    // MARK: Builds

    mutating func add(_ build: Build) -> Int32 {
        let index = builds.insert(build)
        if case .package(let dispatcher, _) = build.part { pay(forPackagesOf: dispatcher) }
        return index
    }

    mutating func remove(build: Int32) {
        setActivity(of: build, .idle)
        let part = builds[build].part
        builds.remove(build)
        switch part {
        case .build: break
        case .package(let dispatcher, _): pay(forPackagesOf: dispatcher)
        case .dispatcher: orphan(packagesOf: build)
        }
    }

    mutating func change(weightOf build: Int32, to weight: Double) {
        active.change(weightOf: &builds[build], to: weight)
        rank(build: build)
    }

    private mutating func update(_ build: Int32, from before: ClientFigures, to after: ClientFigures) {
        let held = builds[build].holding
        builds[build].holding += after.holding - before.holding
        if held == 0, builds[build].holding > 0, builds[build].givenBack != nil {
            builds[build].givenBack = now
        }
        if held != builds[build].holding, builds[build].isDispatcher { pay(forPackagesOf: build) }
        guard before.isBusy != after.isBusy else { return }
        builds[build].busyClients += after.isBusy ? 1 : -1
        updateActivity(of: build)
    }

    /// A token comes back from the build.
    ///
    /// Called before the change of the client that gives it back, which ranks the build anew.
    mutating func noteReturn(of build: Int32) { builds[build].givenBack = now }

    // MARK: Dispatchers

    /// Each token of a dispatcher belongs to one of its packages.
    private mutating func pay(forPackagesOf dispatcher: Int32) {
        var left = builds[dispatcher].holding
        for index in builds.indices {
            guard case .package(dispatcher, let wasPaidFor) = builds[index].part else { continue }
            let isPaidFor = left > 0
            left -= 1
            guard isPaidFor != wasPaidFor else { continue }
            builds[index].part = .package(of: dispatcher, isPaidFor: isPaidFor)
            rank(build: index)
        }
    }

    private mutating func orphan(packagesOf dispatcher: Int32) {
        for index in builds.indices {
            guard case .package(dispatcher, _) = builds[index].part else { continue }
            builds[index].part = .build
            rank(build: index)
        }
    }

    // MARK: Activity

    private mutating func updateActivity(of build: Int32) {
        let account = builds[build]
        switch account.activity {
        case .idle where account.busyClients > 0:
            if !account.isDispatcher { newcomers.came(at: now) }
            setActivity(of: build, .building)
        case .resting where account.busyClients > 0: setActivity(of: build, .building)
        case .building where account.busyClients == 0 && account.openFiles > 0:
            setActivity(of: build, .resting(since: now))
        case .building where account.busyClients == 0, .resting where account.openFiles == 0:
            setActivity(of: build, .idle)
        case .idle, .building, .resting: break
        }
    }

    private mutating func setActivity(of build: Int32, _ activity: Activity) {
        active.change(build, &builds[build], to: activity)
    }

    /// The build's turn is over, or, at 0, has come.
    ///
    /// Called before the change of the client that it is for, which ranks the build anew.
    mutating func noteTurn(of build: Int32, _ served: UInt64) { builds[build].served = served }

    // MARK: Files

    mutating func open(for build: Int32) -> Int32 {
        builds[build].openFiles += 1
        return entries.open(for: build)
    }

    /// Forgets a file on which nobody waits.
    ///
    /// - Returns: the build that opened it.
    mutating func close(_ file: Int32) -> Int32 {
        let build = entries.files[file].build
        entries.close(file)
        builds[build].openFiles -= 1
        updateActivity(of: build)
        return build
    }

    // MARK: The queue

    /// Puts a process, and its build, where they belong in the queue, or takes them out of it.
    private mutating func rank(_ index: Int32) {
        let build = clients[index].build
        let age = age(ofClient: index)
        queue.place(index, at: rank(ofClient: index, age), in: build)
        queue.place(lender: index, clients[index].isOwedItsSlot && age < .max)
        rank(build: build)
    }

    private mutating func rank(build: Int32) {
        let (rank, standing) = (rank(ofBuild: build, builds[build]), standing(of: builds[build]))
        queue.place(build: build, &builds[build], at: rank, standing)
    }

    /// Moves those at the head of the queue who have given nothing back for long to where they belong.
    mutating func settleStandings() {
        while let first = queue.first(.open), standing(of: builds[first.build]) != .open {
            rank(build: first.build)
        }
    }
}

// MARK: Storing

extension Accounts {
    /// The next record that has changed since it was named here last.
    mutating func nextChange() -> PoolChange? {
        if let index = builds.nextChange() {
            return .build(index, builds.contains(index) ? StoredBuild(builds[index]) : nil)
        }
        if let index = clients.nextChange() {
            return .client(index, clients.contains(index) ? StoredClient(clients[index]) : nil)
        }
        return entries.nextChange()
    }

    /// What only grows.
    mutating func counters() -> StoredCounters {
        var counters = StoredCounters()
        (counters.age, counters.process) = (lastAge, lastProcess)
        return counters
    }

    /// Accounts with these records, and all that follows from them.
    init(limits: Limits, records: PoolRecords, at now: MonotonicTime) {
        self.init(limits: limits)
        pass(to: now)
        (lastAge, lastProcess) = (records.counters.age, records.counters.process)
        for (index, record) in records.builds {
            builds.restore(Build(record), at: index, filler: Build(weight: 1))
        }
        for (index, record) in records.clients {
            let client = Client(record)
            clients.restore(client, at: index, filler: Client(build: -1, process: 0))
            builds[record.build].clients += 1
        }
        for (index, record) in records.files {
            entries.restore(fileOf: record.build, at: index)
            builds[record.build].openFiles += 1
        }
        // In the order in which they came, which the lists have.
        for (index, record) in records.takings.sorted(by: { $0.value.age < $1.value.age }) {
            change(record.client) { client, entries in
                client.restore(record.count, since: records.clients[record.client]?.since)
                entries.restore(record, at: index, &client)
            }
        }
        for (index, record) in records.reads.sorted(by: { $0.value.age < $1.value.age }) {
            change(record.client) { client, entries in entries.restore(record, at: index, to: &client) }
        }
        // Those who lend have no entry.
        for client in records.clients.keys where clients[client].isLending { lent += 1 }
        restore(buildsOf: records)
    }

    /// Restores which package each dispatcher's token belongs to, and which builds rest.
    private mutating func restore(buildsOf records: PoolRecords) {
        for (index, record) in records.builds {
            builds[index].givenBack = record.givenBack
            if record.part == .dispatcher { pay(forPackagesOf: index) }
        }
        let rests = records.builds.compactMap { index, record -> (build: Int32, since: MonotonicTime)? in
            guard builds[index].busyClients == 0, builds[index].openFiles > 0 else { return nil }
            switch record.activity {
            case .idle: return nil
            case .building: return (index, now)
            case .resting(let since): return (index, since)
            }
        }
        for rest in rests.sorted(by: { ($0.since, $0.build) < ($1.since, $1.build) }) {
            setActivity(of: rest.build, .resting(since: rest.since))
        }
        // None of them is new.
        newcomers = Newcomers()
        for index in records.builds.keys { rank(build: index) }
    }
}
