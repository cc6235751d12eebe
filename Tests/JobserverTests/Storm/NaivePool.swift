@testable import Vocabulary
import Jobserver

/// A second pool, written in the plainest way: arrays that it searches and sorts at each step, and no state
/// that follows from other state.
///
/// It foretells every answer, and every effect in its order, for blocking readers, pollers and non-blocking
/// waiters.
struct NaivePool {
    /// A process.
    ///
    /// What it may lack is optional, and no type says which combinations are legal.
    struct Process {
        let client: ClientID
        let build: BuildID
        var isLender = false
        var isPoller = false
        /// The pool refused it a token, and it tries again whenever one of its own jobs ends.
        var isRetrier = false
        var hasReturned = false
        var returns = 0
        /// Its place in the queue, for its polls or for its retry.
        var place: Int?
        var refusedFile: FileID?
        /// How many tokens are reserved for it, for its poll or for its retry.
        var reserved = 0
        var reservedFile: FileID?
        var wanted = 0
        var reservedUntil: Moment?
        var retryUntil: Moment?
        var penaltyUntil: Moment?
        /// Its place among those that wait for their own lent slot.
        var lenderSince: Int?
    }

    /// A deadline, with a number that orders equal ones.
    struct Moment: Comparable {
        let time: MonotonicTime
        let order: Int

        static func < (left: Self, right: Self) -> Bool {
            (left.time, left.order) < (right.time, right.order)
        }
    }

    struct Reader {
        let request: RequestID
        let client: ClientID
        let file: FileID
        let age: Int
    }

    /// A poll that was answered "no" and has not been woken since.
    struct Poller: Equatable {
        let client: ClientID
        let file: FileID
    }

    struct Taking: Equatable {
        let client: ClientID
        var file: FileID?
        var count = 0
    }

    var limits: Limits
    var admitted = Int.max
    var weights: [BuildID: Double] = [:]
    var served: [BuildID: Int] = [:]
    /// The dispatcher that started each build; nil for a dispatcher itself.
    var dispatchers: [BuildID: BuildID] = [:]
    var isDispatcher: Set<BuildID> = []
    /// When each build last gave a token back, or when it began to hold tokens again, whichever is later.
    var givenBack: [BuildID: MonotonicTime] = [:]
    /// The active builds: since when each rests, or nil while it holds or wants a token.
    var active: [BuildID: MonotonicTime?] = [:]
    var newcomers: [MonotonicTime] = []
    var wasHolding: Set<BuildID> = []
    var now = MonotonicTime(nanoseconds: 0)
    var openFiles: [FileID: BuildID] = [:]
    var processes: [ClientID: Process] = [:]
    var readers: [Reader] = []
    var pollers: [Poller] = []
    var takings: [Taking] = []
    var effects: [Effect] = []
    /// The last place given away in the queue; `lastFirst` counts the places before all others.
    var lastAge = 1 << 40
    var lastFirst = 0
    var order = 0

    init(limits: Limits) {
        self.limits = limits
    }

    mutating func newAge() -> Int {
        lastAge += 1
        return lastAge
    }

    mutating func moment(_ time: MonotonicTime) -> Moment {
        order += 1
        return Moment(time: time, order: order)
    }

    func held(_ client: ClientID) -> Int { takings.reduce(0) { $0 + ($1.client == client ? $1.count : 0) } }

    var out: Int { takings.reduce(0) { $0 + $1.count } + processes.values.reduce(0) { $0 + $1.reserved } }
    var lent: Int { processes.values.count(where: \.isLender) }
    var free: Int { limits.jobs + lent - out }

    // MARK: The order

    private func holding(_ process: Process) -> Int { held(process.client) + process.reserved }

    private func holding(_ build: BuildID) -> Int {
        processes.values.reduce(0) { $0 + ($1.build == build ? holding($1) : 0) }
    }

    /// The tokens that count as a build's share.
    ///
    /// A dispatcher's tokens count for its packages, one each, in the order of their numbers.
    private func shareTokens(_ build: BuildID) -> Int {
        if isDispatcher.contains(build) { return 0 }
        guard let dispatcher = dispatchers[build] else { return holding(build) }
        let elders = dispatchers.count { $0.value == dispatcher && $0.key.index < build.index }
        return holding(build) + (holding(dispatcher) > elders ? 1 : 0)
    }

    private func share(_ build: BuildID) -> Double { Double(shareTokens(build)) / weights[build, default: 1] }

    // MARK: Who builds

    /// Notes which builds are active and which rest; called after every single change.
    mutating func note() {
        for build in weights.keys {
            let isBusy = processes.values.contains { process in
                let waits =
                    readers.contains { $0.client == process.client }
                    || pollers.contains { $0.client == process.client } && process.penaltyUntil == nil
                return process.build == build && (holding(process) > 0 || waits || process.retryUntil != nil)
            }
            if isBusy, active[build] == nil, !isDispatcher.contains(build) { newcomers.append(now) }
            if isBusy {
                active[build] = .some(nil)
            } else if let rest = active[build] {
                active[build] = openFiles.values.contains(build) ? .some(rest ?? now) : nil
            }
            if holding(build) > 0, !wasHolding.contains(build), givenBack[build] != nil {
                givenBack[build] = now
            }
            if holding(build) > 0 { wasHolding.insert(build) } else { wasHolding.remove(build) }
        }
    }

    mutating func pass(to time: MonotonicTime) {
        now = time
        for (build, rest) in active {
            if let rest, rest + limits.restNanoseconds <= now { active[build] = nil }
        }
    }

    private var builders: [BuildID] { active.keys.filter { !isDispatcher.contains($0) } }

    /// How many tokens are kept from a build for newcomers.
    private func reserve(_ build: BuildID) -> Int {
        guard shareTokens(build) > 0, builders.count > 1 else { return 0 }
        if let reserve = limits.reserve { return reserve }
        let base = min(4, limits.jobs / 8)
        guard let givenBack = givenBack[build] else { return base }
        guard now.nanoseconds - givenBack.nanoseconds > limits.givingNanoseconds else { return 0 }
        let lately = newcomers.suffix(16).count { $0 > now + -limits.restNanoseconds }
        return max(base, min(limits.jobs / 4, lately))
    }

    /// The place since which a process waits; nil if it does not wait.
    private func age(_ process: Process) -> Int? {
        let oldest = readers.first { $0.client == process.client }?.age
        let polls = pollers.contains { $0.client == process.client }
        let retries = process.retryUntil != nil && process.reserved < process.wanted
        guard polls && process.penaltyUntil == nil || retries, let place = process.place else {
            return oldest
        }
        return min(oldest ?? .max, place)
    }

    /// The process that is next; nil if none waits that may have one more token on its own account.
    private func next() -> Process? { queue().first { mayTake($0.build) } }

    /// The first of each build, in the order in which they are served.
    private func queue() -> [Process] {
        let waiting = processes.values.filter { process in
            age(process) != nil && (limits.perProcess == 0 || holding(process) < limits.perProcess)
        }
        let firsts = Dictionary(grouping: waiting, by: \.build)
            .filter { limits.perBuild == 0 || shareTokens($0.key) < limits.perBuild }
            .compactMapValues { $0.min { (holding($0), age($0) ?? 0) < (holding($1), age($1) ?? 0) } }
        return firsts.sorted { turn($0.key, $0.value) < turn($1.key, $1.value) }.map(\.value)
    }

    private func turn(_ build: BuildID, _ first: Process) -> (Double, Int) {
        (share(build), max(age(first) ?? 0, served[build, default: 0]))
    }

    func mayTake(_ process: Process) -> Bool {
        if process.isLender, process.reserved == 0 { return free > reserve(process.build) }
        guard limits.perProcess == 0 || holding(process) < limits.perProcess else { return false }
        return mayTake(process.build)
    }

    private func mayTake(_ build: BuildID) -> Bool {
        if limits.perBuild > 0, shareTokens(build) >= limits.perBuild { return false }
        let room = min(free, max(limits.minJobs, min(admitted, 1 << 32)) - out + lent)
        let reserve = reserve(build)
        guard room > 0, reserve > 0 else { return room > 0 }
        guard free > reserve else { return false }
        let weight = builders.reduce(0) { $0 + weights[$1, default: 1] }
        return room > reserve || share(build) < Double(out + room) / weight
    }

    /// Gives tokens to all processes that may have one.
    mutating func dispatch(at now: MonotonicTime) {
        while let process = next() { serve(process.client, at: now) }
        let lenders = processes.values.filter { $0.lenderSince != nil }
        for lender in lenders.sorted(by: { ($0.lenderSince ?? 0) < ($1.lenderSince ?? 0) }) {
            if free > 0, mayTake(lender) { serve(lender.client, at: now) }
        }
        guard free > 0 else { return }
        let penalized = processes.values.compactMap { process in process.penaltyUntil.map { ($0, process) } }
        for (_, process) in penalized.sorted(by: { $0.0 < $1.0 }) where mayTake(process) {
            wake(process.client)
        }
    }

    private mutating func serve(_ client: ClientID, at now: MonotonicTime) {
        if let index = readers.firstIndex(where: { $0.client == client }) {
            let reader = readers.remove(at: index)
            effects.append(.grant(reader.request, client, reader.file))
            return charge(client, reader.file)
        }
        let isPoll = processes[client]?.retryUntil == nil
        let file = pollers.first { $0.client == client }?.file
        if isPoll { wake(client) }
        if let build = processes[client]?.build { served[build] = newAge() }
        let until = moment(now + limits.reservationNanoseconds)
        change(client) { process in
            process.reserved += 1
            guard isPoll else { return }
            process.reservedFile = file
            process.reservedUntil = until
        }
    }

    mutating func wake(_ client: ClientID) {
        effects += pollers.filter { $0.client == client }.map { .wake($0.file) }
        pollers.removeAll { $0.client == client }
        change(client) { _ in }
    }

    mutating func charge(_ client: ClientID, _ file: FileID) {
        if let build = processes[client]?.build { served[build] = newAge() }
        if processes[client]?.isLender == true {
            change(client) { $0.isLender = false }
        } else if let index = takings.firstIndex(where: { $0.client == client && $0.file == file }) {
            takings[index].count += 1
        } else {
            takings.append(Taking(client: client, file: file, count: 1))
        }
        change(client) { _ in }
    }

    /// Changes a process, and notes since when it waits for its own slot.
    mutating func change(_ client: ClientID, _ body: (inout Process) -> Void) {
        guard var process = processes[client] else { return }
        body(&process)
        if process.isLender, process.reserved == 0, age(process) != nil {
            order += 1
            process.lenderSince = process.lenderSince ?? order
        } else {
            process.lenderSince = nil
        }
        processes[client] = process
        note()
    }
}
