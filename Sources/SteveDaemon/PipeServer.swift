internal import Vocabulary
internal import Glibc
internal import Jobserver
internal import Ledger
internal import Linux
internal import SystemPackage
internal import Wire

/// Hands out tokens through a named pipe, if there is no CUSE.
///
/// It works with every client, but nothing shows who took a byte. To close the gate it takes bytes out, and
/// puts them back later. When no process has the pipe open any more, it replaces the bytes that were lost
/// with their holders.
final class PipeServer {
    let path: String
    private var pipe: NamedPipe
    /// Reports each open, close and read; nil if the kernel refused: then the server looks at the pipe all
    /// the time.
    private var watch: PathWatch?
    private var clients: PipeClients
    /// How full the pipe was when it began to look for clients.
    private var unreadAtLook = 0
    var ledger: PipeLedger
    /// How many tokens there should be, as soon as the pipe has room for them.
    private var wanted: Int
    let registry: ProcessRegistry
    private var rows: PipeRows
    private var events: EventRing { registry.history.events }
    private let loop: EventLoop
    /// Processes whose slots wait for a byte, oldest first.
    private(set) var waiting: [KnownProcess] = []
    private var effects: [ServerEffect] = []
    private var nextCheck: MonotonicTime?
    /// Whether the next byte that comes is ours: the pipe itself is watched then.
    private var isTaking = false
    /// Whether who takes a byte wakes us.
    private var awaitsTaker = false
    var totals = Totals()
    /// How often to look after the pipe, because no event reports what happens in between.
    var statistics = PoolStatistics(start: .now)
    /// When to store the statistics again for the next server.
    private var nextBooking = MonotonicTime(nanoseconds: 0)
    let gate: Gate

    /// So often the pipe is looked after while tokens are out, a wrapped command's own among them.
    private static let checkNanoseconds: Int64 = 500_000_000
    private static let wrappingNanoseconds: Int64 = 200_000_000

    init(
        pipe: consuming NamedPipe,
        path: String,
        limits: Limits,
        registry: ProcessRegistry,
        gate: Gate,
        loop: EventLoop,
        isTakingOver: Bool = false
    ) throws(Errno) {
        self.path = path
        self.registry = registry
        self.gate = gate
        self.loop = loop
        var limits = limits
        // The former server was told to end, and lets clients finish.
        if registry.ledger[.drainingUntil] != 0 { (limits.jobs, limits.minJobs) = (0, 0) }
        pipe.grow(toHold: limits.jobs)
        wanted = limits.jobs
        ledger = PipeLedger(limit: min(limits.jobs, pipe.roomForTokens))
        clients = PipeClients(
            of: pipe.identity,
            keeper: ProcessID(Int32(truncatingIfNeeded: registry.ledger[.keeper]))
        )
        self.pipe = pipe
        do throws(Errno) {
            watch = try PathWatch(path, for: [.opened, .closed])
        } catch {
            watch = nil
            Log.note("cannot watch \(path) (inotify: \(error)): looking after it twice a second")
        }
        ledger.minJobs = limits.minJobs
        rows = PipeRows(registry.ledger)
        if isTakingOver { restore(limits) }
        events.noteLimit(limits.jobs, at: .now)
        if let raw = watch?.raw { try loop.watch(raw, for: .readable, key: EventSource.tokens.key) }
        correct()
    }

    /// Goes on with the processes that another server knew, and the tokens that they have.
    private func restore(_ limits: Limits) {
        let records = registry.ledger.poolRecords
        rows.restore(records)
        for account in registry.restore(records) {
            registry.ledger.forget(account.client)
            leave(account.client, of: account.build)
        }
        statistics = registry.ledger.statistics(at: .now)
        for process in registry.all {
            process.slot = registry.ledger.charged(process).map { WrapperSlot(isWaiting: false, since: $0) }
        }
        let issued = Int(Int64(bitPattern: registry.ledger[.pipeIssued]))
        ledger = PipeLedger(limit: ledger.limit, issued: issued, charged: charged.count)
        ledger.minJobs = limits.minJobs
        book()
    }

    /// Puts in or takes out what the limits, the gate and the charges ask for.
    private func correct() {
        let correction = ledger.correction(whenUnread: unread)
        if correction > 0 {
            put(correction)
            // What a client spliced in fills a page with a byte, and stays: all is put in anew.
            let missing = ledger.correction(whenUnread: unread)
            if missing > 0 { put(take(unread) + missing) }
        }
        if correction < 0 { _ = take(-correction) }
        while let first = waiting.first, ledger.room(whenUnread: unread) > 0, take(1) == 1 {
            waiting.removeFirst()
            book(slotOf: first)
        }
        followPipe()
        sample(at: .now)
        awaitTaker(!isBusy)
        nextCheck =
            clients.isLooking ? .now : isBusy || watch == nil ? .now + Self.checkNanoseconds : nil
    }

    /// A byte was taken out for the slot of this process.
    private func book(slotOf process: KnownProcess) {
        let now = MonotonicTime.now
        ledger.charge()
        process.slot = WrapperSlot(isWaiting: false, since: now)
        registry.ledger.stage(charged: process, since: now)
        book()
        process.expectExec()
        noteSlot(.granted, process)
        effects.append(.charged(process.pid))
    }

    private func leave(_ client: ClientID, of build: BuildID) {
        if rows.left(client, of: build) { registry.forget(build) }
    }

    /// Those who have a token for their slot.
    var charged: [KnownProcess] { registry.all.filter(\.hasSlot) }

    /// Gives the pipe its room again, and uses the room that there is: a client that has it open can make it
    /// smaller.
    private func fit() {
        pipe.grow(toHold: wanted)
        ledger.limit = min(wanted, pipe.roomForTokens)
    }

    /// Lets the next read of a byte wake the server, while no byte is out.
    ///
    /// A client may have opened the pipe long before, and nothing else shows that it begins.
    private func awaitTaker(_ isWanted: Bool) {
        guard isWanted != awaitsTaker else { return }
        awaitsTaker = isWanted
        try? watch?.change(to: isWanted ? [.opened, .closed, .accessed] : [.opened, .closed], at: path)
    }

    /// Waits for bytes, as clients do, while the server has to take some out.
    ///
    /// A make that gives a byte back takes one again at once, so a server that only looks from time to time
    /// would never find one.
    private func followPipe() {
        let isTaking = !waiting.isEmpty || ledger.excess(whenUnread: unread) > 0
        guard isTaking != self.isTaking else { return }
        self.isTaking = isTaking
        if isTaking {
            try? loop.watch(pipe.raw, for: .readable, key: EventSource.tokens.key)
        } else {
            loop.unwatch(pipe.raw)
        }
    }

    /// Notes how full the pipe is.
    ///
    /// Whether anybody waits cannot be seen: an empty pipe counts as if somebody did.
    func sample(at now: MonotonicTime) {
        let unread = unread
        let out = ledger.out(whenUnread: unread)
        let isAtLimit = out >= ledger.limit
        let holdback: GateRule? = unread > 0 ? nil : isAtLimit ? .jobs : gate.rule
        statistics.changed(
            to: PoolStatistics.State(out: out, isAtLimit: isAtLimit, holdback: holdback),
            at: now
        )
        events.noteOut(out, at: now)
        events.noteGate(holdback, at: now)
        if now >= nextBooking {
            registry.ledger.stage(statistics, at: now)
            nextBooking = now + Self.checkNanoseconds
        }
        book()
    }

    /// What happens to the commands of with-steve is all that is known of single tokens.
    private func noteSlot(_ kind: TokenEvent.Kind, _ process: KnownProcess) {
        events.record(TokenEvent(kind, process: process.number), at: .now)
    }

    private var isBusy: Bool {
        !waiting.isEmpty || ledger.charged > 0 || ledger.out(whenUnread: unread) != 0
    }

    /// Bytes in the pipe.
    ///
    /// Nothing can go wrong with the question on a pipe that we hold open.
    var unread: Int { (try? pipe.unread()) ?? 0 }

    /// Books tokens before it puts them in, and books tokens that it takes out afterwards: a server that is
    /// killed in between leaves too few tokens, which `heal` makes up, but never too many.
    private func put(_ count: Int) {
        ledger.moved(count)
        book()
        let put = (try? pipe.put(count)) ?? 0
        guard put < count else { return }
        ledger.moved(put - count)
        book()
    }

    private func take(_ count: Int) -> Int {
        let taken = (try? pipe.take(count)) ?? 0
        ledger.moved(-taken)
        if taken > 0 { book() }
        return taken
    }

    /// Stores in the ledger what the next server has to know.
    func book() {
        registry.ledger.stage(events.span)
        registry.ledger.stage(UInt64(bitPattern: Int64(ledger.issued)), .pipeIssued)
        registry.ledger.commit()
    }

    /// Checks whether tokens died with their holders, if that is possible: looks for clients, in small steps.
    private func lookForClients() {
        noteChanges()
        guard ledger.out(whenUnread: unread) != ledger.charged, !clients.isLooking else { return }
        unreadAtLook = unread
        clients.look()
    }

    /// Asks the kernel who came and went: true when somebody did.
    @discardableResult
    private func noteChanges() -> Bool {
        guard let happened = try? watch?.happened(), happened.subtracting(.accessed) != [] else {
            return false
        }
        clients.noteChange()
        return true
    }

    /// Replaces tokens that died with their holders, once nobody else has the pipe open.
    ///
    /// The search for clients takes long on a busy machine. A client that takes bytes in the meantime may
    /// leave as many unread as before, but it cannot do so without opening the pipe.
    private func heal() {
        noteChanges()
        let unread = unread
        guard clients.isAlone == true, unread == unreadAtLook,
            ledger.out(whenUnread: unread) != ledger.charged
        else { return }
        let missing = ledger.heal(whenUnread: unread)
        book()
        totals.reclaimed += max(0, missing)
        totals.dropped += max(0, -missing)
        Log.note(
            missing > 0
                ? "made up \(missing) token(s) that ended with their holders"
                : "took out \(-missing) byte(s) that stood for no token",
            causedBy: .max
        )
    }
}

extension PipeServer: TokenServer {
    var backend: Backend { .fifo }
    var isReady: Bool { true }

    /// Not known at once: all of /proc has to be looked through.
    var hasClients: Bool? {
        noteChanges()
        if watch != nil, clients.isAlone == true { return false }
        let isAlone = clients.isAlone
        clients.look()
        nextCheck = .now
        return isAlone.map { !$0 }
    }

    var isThere: Bool { (try? FileStatus(ofPath: path))?.identity == pipe.identity }
    var mostTokens: Int { pipe.roomForTokens }
    var nextDeadline: MonotonicTime? { nextCheck }
    var use: TokenUse {
        let unread = unread
        let out = ledger.out(whenUnread: unread)
        return TokenUse(out: out, load: out, isAnyoneWaiting: out > 0 || unread < ledger.limit)
    }

    func publish(_ access: PathAccess) throws(DaemonError) {
        do throws(Errno) {
            try pipe.setAccess(group: access.group, mode: access.mode)
        } catch {
            throw .pipe(path: path, reason: "\(error)")
        }
    }

    func serve() -> Bool {
        // Only after somebody opened or closed the pipe does a search of /proc for its clients make sense.
        if noteChanges() {
            fit()
            lookForClients()
        }
        correct()
        return true
    }

    func elapse(at now: MonotonicTime) {
        if clients.isLooking { if clients.goOn() { heal() } } else { lookForClients() }
        fit()
        correct()
        // Long after a wrapper has registered it is what it wraps.
        for process in registry.all {
            guard process.hasSlot, let since = process.slot?.since else { continue }
            if since + Self.wrappingNanoseconds <= now { process.lookAgain() }
        }
    }

    func ended(_ process: KnownProcess) {
        waiting.removeAll { $0 === process }
        if process.hasSlot {
            ledger.discharge()
            noteSlot(.reclaimed, process)
        }
        registry.forget(process)
        leave(process.client, of: process.build)
        effects.append(.ended(process.pid))
        book()
        correct()
    }

    func nextEffect() -> ServerEffect? { effects.isEmpty ? nil : effects.removeFirst() }

    func process(_ pid: ProcessID) -> KnownProcess? { registry.process(pid) { rows.welcome($0) } }

    func charge(_ process: KnownProcess) -> Bool {
        guard process.slot == nil else { return process.hasSlot }
        process.slot = WrapperSlot(isWaiting: true, since: .now)
        waiting.append(process)
        correct()
        return process.hasSlot
    }

    func withdraw(_ process: KnownProcess) {
        guard process.waitsForSlot else { return }
        waiting.removeAll { $0 === process }
        process.slot = nil
    }

    func change(to settings: Settings) {
        events.noteLimit(settings.jobs, at: .now)
        wanted = settings.jobs
        fit()
        ledger.minJobs = settings.minJobs
        correct()
    }

    func admit(_ tokens: Int) {
        ledger.admitted = tokens
        correct()
    }

    func stopGranting() {
        wanted = 0
        fit()
        ledger.minJobs = 0
        correct()
    }

    /// Readers of a pipe cannot be told anything; they end when it is closed.
    func failWaiters() {}
}
