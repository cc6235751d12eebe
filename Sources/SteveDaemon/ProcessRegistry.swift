internal import Jobserver
internal import Linux
internal import SystemPackage
internal import Wire

/// The processes that the daemon knows, each watched by a pidfd in the event loop.
///
/// The kernel names the calling thread of a request; a thread is looked up in /proc once and found in a table
/// from then on.
final class ProcessRegistry {
    /// What happened, and to whom.
    let history = History()
    private let loop: EventLoop
    private let mostDescriptors = CInt(clamping: DescriptorLimit.current * 7 / 8)
    private var processes: [Int32: KnownProcess] = [:]
    /// Threads that are not their process' first, by their id.
    private var threads: [Int32: KnownProcess] = [:]
    private var byClient: [ClientID: KnownProcess] = [:]
    private var builds: BuildRegistry
    /// Has the end of the process with this pid dealt with, if it has ended: the loop may not have told of it yet, and
    /// another may have its pid already.
    var settleEnd: (_ pid: Int32) -> Void = { _ in }

    init(_ settings: Settings, loop: EventLoop) {
        self.loop = loop
        builds = BuildRegistry(settings)
    }

    /// The known process with this pid.
    subscript(pid pid: Int32) -> KnownProcess? { processes[pid] }

    /// The parent that a process had when it came; nil when the process is not known.
    func parent(of pid: Int32) -> Int32? { processes[pid]?.parent }

    /// The known process that the pool knows as `client`; nil for a client in a foreign PID namespace.
    subscript(client: ClientID) -> KnownProcess? { byClient[client] }

    /// The label of a build.
    func label(of build: BuildID) -> String { builds.label(of: build) }

    /// Patterns of weights that no build has had yet: a mistyped name, perhaps.
    var unmatchedPatterns: [String] { builds.unmatchedPatterns }

    /// Goes by other weights from now on.
    func change(to settings: Settings, _ pool: inout TokenPool, at now: MonotonicTime) {
        builds.change(to: settings, &pool, at: now)
    }

    /// The process of a thread that waits in a request right now, from the table where that is safe.
    func caller(_ thread: Int32, _ pool: inout TokenPool) -> KnownProcess? {
        if let process = processes[thread] { return process }
        // A thread's id may have been given to another process' thread since: ask the kernel.
        if let process = threads[thread] {
            if ProcFS.isThread(thread, of: process.pid) { return process }
            threads[thread] = nil
        }
        return newcomer(thread, &pool)
    }

    /// A process by its pid, known or not: one that a wrapper registers.
    func process(_ pid: Int32, _ pool: inout TokenPool) -> KnownProcess? {
        processes[pid] ?? newcomer(pid, &pool)
    }

    /// Forgets a process that has ended.
    ///
    /// The pool must have been told.
    func forget(_ process: KnownProcess, _ pool: inout TokenPool) {
        loop.unwatch(process.descriptor.raw)
        processes[process.pid] = nil
        byClient[process.client] = nil
        for thread in process.threads { threads[thread] = nil }
        history.ended(process, build: label(of: process.build))
        leave(process.build, &pool)
    }

    /// A process or an open file of the build is gone.
    func leave(_ build: BuildID, _ pool: inout TokenPool) { builds.left(build, &pool) }

    /// The process of that number in the history, as far as it is remembered, and its user.
    func process(ofNumber number: Int) -> (TraceProcess, user: UInt32)? {
        history.process(number) { label(of: $0) }
    }

    private func newcomer(_ thread: Int32, _ pool: inout TokenPool) -> KnownProcess? {
        guard thread > 0, let pid = try? ProcFS.process(ofThread: thread) else { return nil }
        if let known = processes[pid] {
            remember(thread, of: known)
            return known
        }
        // The last descriptors are for who comes to see what is wrong: this client goes by its open file then.
        guard let descriptor = try? ProcessDescriptor(pid), descriptor.raw < mostDescriptors else {
            return nil
        }
        let (build, parent, command, user) = builds.build(of: pid, &pool)
        let client = pool.connect(in: build)
        let process = KnownProcess(
            pid,
            descriptor,
            client: client,
            build: build,
            number: pool.processNumber(of: client),
            parent: parent,
            user: user,
            command: command
        )
        // What /proc said was about this process if it lives even now: no pid is used again before that.
        guard !process.descriptor.hasEnded,
            (try? loop.watch(process.descriptor.raw, for: .readable, key: EventSource.process(pid: pid).key))
                != nil
        else {
            pool.died(client, at: .now)
            builds.left(build, &pool)
            return nil
        }
        processes[pid] = process
        byClient[client] = process
        history.began(process)
        remember(thread, of: process)
        return process
    }

    private func remember(_ thread: Int32, of process: KnownProcess) {
        guard thread != process.pid else { return }
        threads[thread] = process
        process.threads.append(thread)
    }
}
