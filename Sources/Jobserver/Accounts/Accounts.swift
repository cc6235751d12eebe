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
    /// Places in the queue: the usual ones, and those that come before all others.
    private var lastAge: UInt64 = 1 << 40
    private var lastFirst: UInt64 = 0
    private var lastProcess = 0

    /// Tokens that processes hold, that are reserved for one process each, and implicit slots that are lent.
    private(set) var held = 0
    private(set) var reserved = 0
    private(set) var lent = 0
    /// The builds with an open file, and the sum of their weights.
    private(set) var connectedBuilds = 0
    private(set) var connectedWeight = 0.0
    /// The builds that wait, and where every build and client stands in its ranking.
    private(set) var waiting = Ranking()
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
        builds[clients[index].build].holding += after.holding - before.holding
        rank(index)
        return answer
    }

    /// What others count of a client.
    private struct Figures {
        let held: Int
        let reserved: Int
        let lent: Int
        let deadline: Deadline?

        var holding: Int { held + reserved }

        init(_ client: Client) {
            held = client.held
            reserved = client.reserved
            lent = client.isLending ? 1 : 0
            deadline = client.demand.deadline
        }
    }

    // MARK: Builds

    mutating func add(buildOfWeight weight: Double) -> Int32 { builds.insert(Build(weight: weight)) }

    mutating func remove(build: Int32) { builds.remove(build) }

    mutating func change(weightOf build: Int32, to weight: Double) {
        if builds[build].openFiles > 0 { connectedWeight += weight - builds[build].weight }
        builds[build].weight = weight
        rank(build: build)
    }

    /// The build's turn is over, or, at 0, has come.
    ///
    /// Called before the change of the client that it is for, which ranks the build anew.
    mutating func noteTurn(of build: Int32, _ served: UInt64) { builds[build].served = served }

    // MARK: Files

    mutating func open(for build: Int32) -> Int32 {
        builds[build].openFiles += 1
        if builds[build].openFiles == 1 { count(connected: build, 1) }
        return entries.open(for: build)
    }

    /// Forgets a file on which nobody waits.
    ///
    /// - Returns: the build that opened it.
    mutating func close(_ file: Int32) -> Int32 {
        let build = entries.files[file].build
        entries.close(file)
        builds[build].openFiles -= 1
        if builds[build].openFiles == 0 { count(connected: build, -1) }
        return build
    }

    private mutating func count(connected build: Int32, _ change: Int) {
        connectedBuilds += change
        // No remainder of sums of fractions lives on.
        connectedWeight = connectedBuilds == 0 ? 0 : connectedWeight + Double(change) * builds[build].weight
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
        guard let first = build.waiting.firstRank, limits.perBuild == 0 || build.holding < limits.perBuild
        else {
            return nil
        }
        return Rank(share: Double(build.holding) / build.weight, age: max(first.age, build.served))
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
        if let rank = rank(of: builds[build]) {
            waiting.place(build, at: rank, &buildPositions)
        } else {
            waiting.remove(build, &buildPositions)
        }
    }

    /// Where a process and a build do stand, for those who check.
    func isPlaced(_ client: Int32) -> Bool { clientPositions[client] >= 0 }
    func isPlaced(build: Int32) -> Bool { buildPositions[build] >= 0 }
}
