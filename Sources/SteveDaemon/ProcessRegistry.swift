internal import Vocabulary
internal import Jobserver
internal import Ledger
internal import Linux
internal import SystemPackage
internal import Wire

/// The processes that the daemon knows, each watched by a pidfd in the event loop.
///
/// The kernel names the calling thread of a request; a thread is looked up in /proc once, and after that in a
/// table.
final class ProcessRegistry {
    /// What happened, and to which processes.
    let history: History
    /// What was promised, for the next server.
    let ledger: ServerLedger
    private let loop: EventLoop
    private let mostDescriptors = CInt(clamping: DescriptorLimit.current * 7 / 8)
    // By bare numbers: the way of a token goes through these tables, and the compiler hashes integers best.
    private var processes: [Int32: KnownProcess] = [:]
    /// Threads that are not their process' first, by their id.
    private var threads: [Int32: KnownProcess] = [:]
    private var byClient: [ClientID: KnownProcess] = [:]
    private var builds: BuildRegistry
    /// Why the last process that was asked for could not be had.
    private(set) var refusal = Errno.noSuchProcess
    /// Processes whose end no event reports, and when to look.
    private var unwatched: Set<ProcessID> = []
    private(set) var nextLook: MonotonicTime?
    private var hasSaidSo = false

    init(_ settings: Settings, loop: EventLoop, ledger: ServerLedger) {
        self.loop = loop
        self.ledger = ledger
        history = History(ledger)
        builds = BuildRegistry(settings, ledger)
    }

    /// Every process that is known.
    var all: some Collection<KnownProcess> { processes.values }

    /// The known process with this pid.
    subscript(pid pid: ProcessID) -> KnownProcess? { processes[pid.number] }

    /// The parent that a process had when it came; nil when the process is not known.
    func parent(of pid: ProcessID) -> ProcessID? { self[pid: pid]?.parent }

    /// The known process that the pool knows as `client`; nil for a client in a foreign PID namespace.
    subscript(client: ClientID) -> KnownProcess? { byClient[client] }

    /// The label of a build.
    func label(of build: BuildID) -> String { builds.label(of: build) }

    /// What identifies the build with that label; nil if there is none.
    func identity(titled title: String) -> String? { builds.identity(titled: title) }

    /// The package that a process builds, `category/package`; nil: none.
    func package(of pid: ProcessID) -> String? { self[pid: pid].flatMap { builds.package(of: $0.build) } }

    /// Patterns of weights that no build has had yet: a mistyped name, perhaps.
    var unmatchedPatterns: [String] { builds.unmatchedPatterns }

    /// Goes by other weights from now on: gives the builds that there are with what each weighs now.
    func change(to settings: Settings) -> [(build: BuildID, weight: Double)] { builds.change(to: settings) }

    /// The process of a thread that waits in a request right now, from the table if that is safe; for a new
    /// process `welcome` opens an account.
    func caller(_ thread: ThreadID, _ welcome: (Newcomer) -> Account) -> KnownProcess? {
        if let process = processes[thread.number] { return process }
        // A thread's id may have been given to another process' thread since: ask the kernel.
        if let process = threads[thread.number] {
            if ProcFS.isThread(thread, of: process.pid) { return process }
            threads[thread.number] = nil
        }
        return look(thread, welcome)
    }

    /// A process by its pid, known or not: a wrapper registers it.
    func process(_ pid: ProcessID, _ welcome: (Newcomer) -> Account) -> KnownProcess? {
        self[pid: pid] ?? look(ThreadID(mainOf: pid), welcome)
    }

    /// Forgets a process that has ended.
    func forget(_ process: KnownProcess) {
        if let raw = process.descriptor.raw { loop.unwatch(raw) } else { unwatched.remove(process.pid) }
        processes[process.pid.number] = nil
        byClient[process.client] = nil
        for thread in process.threads { threads[thread.number] = nil }
        ledger.forget(process)
        history.ended(process, build: label(of: process.build))
    }

    /// Forgets a build that has nothing left.
    func forget(_ build: BuildID) { builds.forget(build) }

    /// The process of that number in the history, as far as it is remembered, and its user.
    func process(ofNumber number: Int) -> (TraceProcess, user: UInt32)? {
        history.process(number) { label(of: $0) }
    }

    private func look(_ thread: ThreadID, _ welcome: (Newcomer) -> Account) -> KnownProcess? {
        refusal = .noSuchProcess
        guard thread.number > 0, let pid = settled({ () throws(Errno) in try ProcFS.process(of: thread) })
        else {
            return nil
        }
        if let known = self[pid: pid] {
            remember(thread, of: known)
            return known
        }
        guard let descriptor = hold(pid) else { return nil }
        let newcomer = builds.newcomer(pid)
        // What /proc said was about this process if it lives even now: no pid is used again before that.
        guard !descriptor.hasEnded, watch(pid, descriptor) else { return nil }
        let account = welcome(newcomer)
        if newcomer.build == nil { builds.know(newcomer, as: account.build) }
        let process = KnownProcess(newcomer, descriptor, account)
        know(process)
        ledger.stage(process)
        remember(thread, of: process)
        return process
    }

    /// The answer, or why there is none in `refusal`.
    private func settled<Answer>(_ ask: () throws(Errno) -> Answer) -> Answer? {
        do throws(Errno) {
            return try ask()
        } catch {
            refusal = error
            return nil
        }
    }

    /// A hold on the process, but not with the last descriptors: those are for people who come to see what is
    /// wrong.
    private func hold(_ pid: ProcessID) -> ProcessDescriptor? {
        do throws(Errno) {
            let descriptor = try ProcessDescriptor(pid.number)
            if let raw = descriptor.raw, raw >= mostDescriptors { throw Errno.tooManyOpenFiles }
            return descriptor
        } catch {
            refusal = error
            return nil
        }
    }

    /// Lets the loop report its end, or looks for it from now on.
    private func watch(_ pid: ProcessID, _ descriptor: borrowing ProcessDescriptor) -> Bool {
        guard let raw = descriptor.raw else {
            if !hasSaidSo { Log.note(isShortOfDescriptors ? Self.scarce : Self.unwatchable) }
            hasSaidSo = true
            unwatched.insert(pid)
            nextLook = nextLook ?? .now + Self.lookNanoseconds
            return true
        }
        let key = EventSource.process(pid: pid).key
        return settled { () throws(Errno) in try loop.watch(raw, for: .readable, key: key) } != nil
    }

    /// The processes that must be asked whether they have ended; they are asked again after a while.
    func lookForEnds(at now: MonotonicTime) -> [ProcessID] {
        guard let time = nextLook, time <= now else { return [] }
        nextLook = unwatched.isEmpty ? nil : now + Self.lookNanoseconds
        return Array(unwatched)
    }

    private static let unwatchable =
        "pidfd_open is refused here, by an old kernel or a sandbox: the ends of processes are looked for 10 times a second"
    private static let scarce =
        "more processes hold tokens than there are descriptors (ulimit -n): the ends of some are looked for 10 times a second"
    private static let lookNanoseconds: Int64 = 100_000_000

    private func know(_ process: KnownProcess) {
        processes[process.pid.number] = process
        byClient[process.client] = process
        history.began(process)
    }

    /// Restores the processes that another server knew.
    ///
    /// - Returns: the accounts of those that have ended since.
    func restore(_ records: PoolRecords) -> [Account] {
        builds.restore(records)
        var dead: [Account] = []
        for (row, record) in records.clients {
            let account = Account(row, record)
            guard let pid = ledger.pid(of: account.client) else { continue }
            if let process = restored(pid, account) {
                know(process)
            } else {
                history.ended(ledger.late(account, build: label(of: account.build)))
                dead.append(account)
            }
        }
        return dead
    }

    private func restored(_ pid: ProcessID, _ account: Account) -> KnownProcess? {
        guard let descriptor = holdAgain(pid), let stat = try? ProcFS.stat(of: pid),
            stat.startTime == ledger.startTime(of: account.client)
        else { return nil }
        let process = builds.member(pid, of: account.build, parent: ProcessID(stat.parent))
        // What /proc said was about this process if it lives even now.
        guard !descriptor.hasEnded, watch(pid, descriptor) else { return nil }
        return KnownProcess(process, descriptor, account)
    }

    /// A hold on a process that another server knew.
    ///
    /// That one may have been allowed more descriptors: who holds tokens is no less alive for that.
    private func holdAgain(_ pid: ProcessID) -> ProcessDescriptor? {
        refusal = .noSuchProcess
        if let descriptor = hold(pid) { return descriptor }
        guard isShortOfDescriptors else { return nil }
        return try? ProcessDescriptor(withoutDescriptor: pid.number)
    }

    private var isShortOfDescriptors: Bool {
        refusal == .tooManyOpenFiles || refusal == .tooManyOpenFilesInSystem
    }

    private func remember(_ thread: ThreadID, of process: KnownProcess) {
        guard thread != ThreadID(mainOf: process.pid) else { return }
        threads[thread.number] = process
        process.threads.append(thread)
    }
}
