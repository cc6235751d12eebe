internal import Vocabulary

/// The accounts of all processes and builds, and the queue, the sums and the deadlines that follow from them.
///
/// Stored are the records: clients, builds and entries. All the rest can be computed from them, and is kept right in one
/// place: whatever changes a client goes through ``change(_:_:)``.
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
    /// Places in the queue: the usual ones, and those that come before all others.
    private var lastAge: UInt64 = 1 << 40
    private var lastFirst: UInt64 = 0
    private var lastProcess = 0

    /// Tokens that processes hold, that are reserved for one process each, and implicit slots that are lent.
    private(set) var held = 0
    private(set) var reserved = 0
    private(set) var lent = 0
    /// The builds that build, and the sum of their weights.
    private(set) var activeBuilds = 0
    private(set) var activeWeight = 0.0
    /// Of them those that rest, in the order in which they will count no more.
    private(set) var resting = Chain()
    private var restLinks = Links()
    /// The builds that wait, by their standing, and where every build and client stands in its ranking.
    private var queues = InlineArray<3, Ranking>(repeating: Ranking())
    private var buildPositions = Positions()
    private var clientPositions = Positions()
    private(set) var deadlines = Deadlines()
    /// Those who wait for their own slot, which they have lent.
    private(set) var waitingLenders = Chain()
    private(set) var lenderLinks = Links()

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

    /// Time goes on to `time`: builds that have rested for long count no more.
    mutating func pass(to time: MonotonicTime) {
        now = max(now, time)
        while let deadline = restDeadline, deadline <= now { setActivity(of: resting.first, .idle) }
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
        let before = Figures(clients[index])
        let answer = body(&clients[index], &entries)
        let after = Figures(clients[index])
        held += after.held - before.held
        reserved += after.reserved - before.reserved
        lent += after.lent - before.lent
        deadlines.move(index, from: before.deadline, to: after.deadline)
        update(clients[index].build, from: before, to: after)
        rank(index)
        return answer
    }

    /// What others count of a client.
    private struct Figures {
        let held: Int
        let reserved: Int
        let lent: Int
        let deadline: Deadline?
        let isBusy: Bool

        var holding: Int { held + reserved }

        init(_ client: Client) {
            held = client.held
            reserved = client.reserved
            lent = client.isLending ? 1 : 0
            deadline = client.demand.deadline
            isBusy = client.held > 0 || !client.reads.isEmpty || client.demand.isWish
        }
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
        if builds[build].isActive { activeWeight += weight - builds[build].weight }
        builds[build].weight = weight
        rank(build: build)
    }

    private mutating func update(_ build: Int32, from before: Figures, to after: Figures) {
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
        let wasActive = builds[build].isActive
        builds[build].activity = activity
        if case .resting = activity {
            resting.append(build, &restLinks)
        } else {
            resting.remove(build, &restLinks)
        }
        guard builds[build].isActive != wasActive else { return }
        activeBuilds += wasActive ? -1 : 1
        // No remainder of sums of fractions lives on.
        activeWeight =
            activeBuilds == 0 ? 0 : activeWeight + (wasActive ? -1 : 1) * builds[build].weight
    }

    /// When the first of those that rest counts no more; nil: none rests.
    var restDeadline: MonotonicTime? {
        guard resting.first >= 0, case .resting(let since) = builds[resting.first].activity else {
            return nil
        }
        return since + limits.restNanoseconds
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

    /// Where a process stands in its build's queue; nil: it is not in it.
    func rank(of client: Client) -> Rank? {
        let age = age(of: client)
        let holding = client.held + client.reserved
        guard age < .max, limits.perProcess == 0 || holding < limits.perProcess else { return nil }
        return Rank(share: Double(holding), age: age)
    }

    /// Where a build stands in the queue; nil: it is not in it.
    func rank(of build: Build) -> Rank? {
        guard let first = build.waiting.firstRank, limits.perBuild == 0 || build.share < limits.perBuild
        else {
            return nil
        }
        return Rank(share: Double(build.share) / build.weight, age: max(first.age, build.served))
    }

    /// The oldest place that a process has in the queue; `.max`: none.
    private func age(of client: Client) -> UInt64 {
        let read = client.reads.first >= 0 ? entries.reads[client.reads.first].age : .max
        return switch client.demand {
        case .poll(let place): min(read, place)
        case .retry(let retry) where retry.reserved < retry.wanted: min(read, retry.place)
        case .none, .reservation, .penalty, .retry: read
        }
    }

    /// Puts a process, and its build, where they belong in the queue, or takes them out of it.
    private mutating func rank(_ index: Int32) {
        let build = clients[index].build
        if let rank = rank(of: clients[index]) {
            builds[build].waiting.place(index, at: rank, &clientPositions)
        } else {
            builds[build].waiting.remove(index, &clientPositions)
        }
        if clients[index].isOwedItsSlot, age(of: clients[index]) < .max {
            if !lenderLinks[index].isLinked { waitingLenders.append(index, &lenderLinks) }
        } else {
            waitingLenders.remove(index, &lenderLinks)
        }
        rank(build: build)
    }

    private mutating func rank(build: Int32) {
        let standing = standing(of: builds[build])
        let rank = rank(of: builds[build])
        if let queue = builds[build].queue, rank == nil || queue != standing {
            queues[queue.rawValue].remove(build, &buildPositions)
        }
        builds[build].queue = rank == nil ? nil : standing
        if let rank { queues[standing.rawValue].place(build, at: rank, &buildPositions) }
    }

    /// Whether no build waits that may have more for its own sake.
    var isNobodyQueued: Bool {
        for standing in Standing.allCases where !queues[standing.rawValue].isEmpty { return false }
        return true
    }

    /// Who is first among the builds of that standing.
    func first(_ standing: Standing) -> (build: Int32, rank: Rank)? {
        guard let build = queues[standing.rawValue].first, let rank = queues[standing.rawValue].firstRank
        else {
            return nil
        }
        return (build, rank)
    }

    /// How soon the build can be expected to give a token back, as of now.
    func standing(of build: Build) -> Standing {
        guard build.share > 0 else { return .open }
        guard limits.reserve == nil else { return .keeping }
        guard let givenBack = build.givenBack else { return .untested }
        return now.nanoseconds - givenBack.nanoseconds <= limits.givingNanoseconds ? .open : .keeping
    }

    /// Moves those at the head of the queue who have given nothing back for long to where they belong.
    mutating func settleStandings() {
        while let first = first(.open), standing(of: builds[first.build]) != .open {
            rank(build: first.build)
        }
    }

    /// How many tokens are kept from builds of that standing, where more than one builds.
    func reserve(from standing: Standing) -> Int {
        guard standing != .open else { return 0 }
        if let reserve = limits.reserve { return reserve }
        let base = min(4, limits.jobs / 8)
        guard standing == .keeping else { return base }
        let lately = newcomers.count(since: now + -limits.restNanoseconds)
        return max(base, min(limits.jobs / 4, lately))
    }

    /// Where a process and a build do stand, for those who check.
    func isPlaced(_ client: Int32) -> Bool { clientPositions[client] >= 0 }
    func isPlaced(build: Int32) -> Bool { buildPositions[build] >= 0 && builds[build].queue != nil }
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
    var counters: StoredCounters {
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

    /// Who paid for whom, and who rests.
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

extension StoredBuild {
    fileprivate init(_ build: Build) {
        self.init(weight: build.weight, served: build.served)
        givenBack = build.givenBack
        switch build.part {
        case .build: break
        case .dispatcher: part = .dispatcher
        case .package(let dispatcher, _): part = .package(of: dispatcher)
        }
        switch build.activity {
        case .idle: break
        case .building: activity = .building
        case .resting(let since): activity = .resting(since: since)
        }
    }
}

extension Build {
    fileprivate init(_ record: StoredBuild) {
        self.init(weight: record.weight, served: record.served)
        switch record.part {
        case .build: break
        case .dispatcher: part = .dispatcher
        case .package(let dispatcher): part = .package(of: dispatcher, isPaidFor: false)
        }
    }
}

extension StoredClient {
    fileprivate init(_ client: Client) {
        var since = MonotonicTime(nanoseconds: 0)
        if case .holding(_, let start) = client.balance { since = start }
        self.init(build: client.build, process: client.process, isLending: client.isLending, since: since)
    }
}

extension Client {
    fileprivate init(_ record: StoredClient) {
        self.init(build: record.build, process: record.process)
        if record.isLending { balance = .lending }
    }

    /// So many tokens are its again.
    fileprivate mutating func restore(_ count: Int, since: MonotonicTime?) {
        balance = .holding(held + count, since: since ?? MonotonicTime(nanoseconds: 0))
    }
}
