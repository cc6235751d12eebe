internal import Glibc
internal import Jobserver
internal import Ledger
internal import Linux
internal import SystemPackage
internal import Wire

/// Keeps what outlives a server, and starts another one when a server has ended that should not have.
///
/// It reads nothing that a client can write, so an input that ends a server does not end the keeper.
package final class Keeper {
    private var configuration: Configuration
    let estate: Estate
    private let loop: EventLoop
    private let signals: SignalDescriptor
    private var server: Server?
    private var watch = HangWatch(at: MonotonicClock.nowNanoseconds)
    /// Whether the server is killed because another program is to serve.
    private var makesWay = false
    /// Whether clients have been let in.
    private var isReady = false
    /// Whether it has been told that they were.
    private var isAnnounced = false
    /// How often it was told to end, this or an earlier program of this process.
    private var stops: UInt64
    /// Whether a server ended before it knew that it was told to end: the next one is told again.
    private var owesStop = false
    /// Whether the last server was killed by this process.
    private var hasKilled = false
    /// The process that tries whether another program can go on.
    var trial: (pid: Int32, until: Int64, file: FileIdentity?)?
    /// The descriptor of the program to go back to; -1: there is none.
    var former: CInt = -1
    /// The daemon's path, where another program may be when it is upgraded.
    let program: String
    /// Since when this is another program than before; nil: it never was.
    private var upgradedAt: Int64?
    /// When to try again to start a server, and until when; nil: the last one was started.
    private var retry: (at: Int64, end: Int64)?
    /// When the last servers died by themselves, newest last.
    private var deaths: [Int64] = []

    private struct Server {
        let pid: Int32
        /// Readable when it serves.
        let ready: CInt
    }

    /// What a server is called in lists of processes.
    static let serverName = "steve-server"

    private static let signalKey: UInt64 = 0
    private static let readyKey: UInt64 = 1
    /// How many servers may die within `deathNanoseconds` before the keeper gives up.
    private static let deathLimit = 5
    private static let deathNanoseconds: Int64 = 10_000_000_000
    /// How long the server of a new program may not die.
    private static let trustNanoseconds: Int64 = 60_000_000_000

    /// Serves until a signal, or the last user's end, ends it; throws when it cannot begin.
    package static func run(_ configuration: Configuration) throws(DaemonError) {
        // One descriptor for each client process: a shell's usual 1024 are soon used up.
        DescriptorLimit.raise()
        keepNewFilesPrivate()
        Heap.giveBackAtOnce()
        _ = ControlGroups.atStart
        lookUpAccounts(configuration.settings)
        let keeper = try begin(configuration)
        let status = keeper.run()
        if let trial = keeper.trial { kill(trial.pid, SIGKILL) }
        keeper.estate.close()
        // What went wrong has been said.
        if status != 0 { exit(status) }
    }

    /// Knows the users and groups that the settings name, for all servers to come: an account may be removed,
    /// or the file or the service that lists it be out of reach, when one is to take over.
    ///
    /// The first server says what there is not.
    private static func lookUpAccounts(_ settings: Settings) {
        try? Daemon.check(settings)
        _ = PathAccess(settings)
    }

    private init(
        _ configuration: Configuration,
        _ estate: Estate,
        _ bequest: Bequest? = nil
    ) throws(DaemonError) {
        self.configuration = configuration
        self.estate = estate
        stops = estate.ledger[.stopsDeclined] &+ (estate.ledger[.drainingUntil] == 0 ? 0 : 1)
        program = bequest?.program ?? Self.ownProgram
        former = bequest?.former ?? -1
        do throws(Errno) {
            loop = try EventLoop()
            signals = try SignalDescriptor([SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD])
            try loop.watch(signals.raw, key: Self.signalKey)
        } catch {
            estate.close()
            throw .kernel(what: "cannot set up the event loop", error)
        }
        estate.ledger[.keeper] = UInt64(getpid())
    }

    private static func begin(_ configuration: Configuration) throws(DaemonError) -> Keeper {
        if let keeper = try resumed(configuration) { return keeper }
        do throws(DaemonError) {
            return try Keeper(configuration, Estate(configuration.settings, Site(configuration)))
        } catch {
            switch error {
            case .alreadyRunning, .orphanServes: break
            default: throw error
            }
            guard let keeper = try adopted(configuration) else { throw error }
            return keeper
        }
    }

    /// The keeper of a server that has lost its own; nil: there is none.
    private static func adopted(_ configuration: Configuration) throws(DaemonError) -> Keeper? {
        guard let orphan = Orphan(configuration) else { return nil }
        // What a server would say of the settings is better said before there is none.
        try Daemon.check(configuration.settings)
        let estate = try Estate(inheriting: orphan.ledger, orphan.bequest, configuration)
        orphan.end()
        guard orphan.ledger[.isOver] == 0 else {
            estate.close()
            return nil
        }
        Log.note("keeping what the server, PID \(orphan.pid), had, and its settings: its keeper was killed")
        estate.listenAgain(PathAccess(configuration.settings))
        orphan.ledger[.lastReason] = Daemon.lostItsKeeper
        // Whoever starts it wants it to serve.
        orphan.ledger[.drainingUntil] = 0
        let keeper = try Keeper(configuration, estate, orphan.bequest)
        keeper.isReady = true
        return keeper
    }

    /// The keeper that goes on where another program of this process was; nil: there was none.
    private static func resumed(_ configuration: Configuration) throws(DaemonError) -> Keeper? {
        guard let ledger = inheritedLedger, let bequest = Bequest.inherited else { return nil }
        do throws(DaemonError) {
            var configuration = configuration
            // It has been told.
            configuration.readyDescriptor = nil
            // Everything is where it was, until a restart.
            if let name = DeviceName(bequest.name), name != configuration.settings.deviceName {
                Log.note(
                    "the settings say dev-name=\(configuration.settings.deviceName) now: \(name) until a restart"
                )
                configuration.settings.deviceName = name
            }
            let estate = try Estate(inheriting: ledger, bequest, configuration)
            let keeper = try Keeper(configuration, estate, bequest)
            keeper.resume(bequest)
            return keeper
        } catch {
            Log.note("\(error)")
            goBack(ledger, bequest)
            throw error
        }
    }

    private func resume(_ bequest: Bequest) {
        Fork.name("steve")
        (isReady, isAnnounced) = (true, true)
        upgradedAt = former < 0 ? nil : MonotonicClock.nowNanoseconds
        guard bequest.server > 0 else { return }
        server = Server(pid: bequest.server, ready: -1)
        makesWay = true
        kill(bequest.server, SIGKILL)
    }

    /// The server that runs; 0: none does.
    var serverPID: Int32 { server?.pid ?? 0 }

    /// The exit status.
    private func run() -> CInt {
        // What ended while this was another program.
        if let status = reap() { return status }
        while true {
            if server == nil, !tryToStartServer() { return 1 }
            if let status = wait() { return status }
        }
    }

    // MARK: Servers

    /// Starts a server; false when there is to be none.
    ///
    /// A user's builds may have used up the processes that the user may have: there will be room again.
    private func tryToStartServer() -> Bool {
        do throws(Errno) {
            try startServer()
            retry = nil
            return true
        } catch {
            let now = MonotonicClock.nowNanoseconds
            let end = retry?.end ?? now + watch.patience
            guard isReady, mayGoOn, now < end else {
                Log.note("cannot start a server: \(error)")
                return false
            }
            if retry == nil { Log.note("cannot start a server yet: \(error); trying again") }
            retry = (now + Self.retryNanoseconds, end)
            return true
        }
    }

    private static let retryNanoseconds: Int64 = 100_000_000

    private func startServer() throws(Errno) {
        let ends = try makePipe()
        let reader = Descriptor(owning: ends.reader)
        let writer = Descriptor(owning: ends.writer)
        try loop.watch(reader.raw, key: Self.readyKey)
        let pid = try Fork.start()
        guard pid != 0 else {
            _ = consume reader
            serve(writer.release())
        }
        _ = consume writer
        server = Server(pid: pid, ready: reader.release())
        watch = HangWatch(at: MonotonicClock.nowNanoseconds)
        if owesStop { tellToEnd(pid) }
        owesStop = false
    }

    private func tellToEnd(_ server: Int32) {
        watch.toldToEnd(heartbeat: estate.ledger[.heartbeat], at: MonotonicClock.nowNanoseconds)
        kill(server, SIGTERM)
    }

    /// In the new process: serves, and ends it.
    private func serve(_ ready: CInt) -> Never {
        Fork.name(Self.serverName)
        configuration.forgetReadiness()
        // The keeper's own: what comes there is not for a server.
        for raw in [loop.raw, signals.raw] { _ = Descriptor(owning: raw) }
        do throws(DaemonError) {
            try Daemon.serve(configuration, estate) {
                if configuration.endsWithUsers { ControlGroups.leave() }
                // Root can take its descriptors anyway, when its keeper is killed.
                if !Privileges.isRoot { Fork.letOwnUserTrace() }
                if configuration.endsWithUsers { Log.leavePipe() }
                let ready = Descriptor(owning: ready)
                _ = try? ready.file.writeAll("\n".utf8)
            }
            estate.ledger[.isOver] = 1
            Fork.end(0)
        } catch {
            Log.note("\(error)")
            Fork.end(1)
        }
    }

    /// Waits for something, and deals with it; the exit status when that is the end.
    private func wait() -> CInt? {
        let count = loop.wait(until: min(watch.nextLook, trial?.until ?? .max, retry?.at ?? .max))
        lookAfterTrial()
        if watch.nextLook <= MonotonicClock.nowNanoseconds { lookAfterServer() }
        for index in 0..<count {
            switch loop.event(index).key {
            case Self.readyKey: serverIsReady()
            default: while let signal = signals.next() { received(signal) }
            }
        }
        return reap()
    }

    /// When a program that is asked now must have answered.
    var trialEnd: Int64 { MonotonicClock.nowNanoseconds + watch.patienceAtEnd }

    /// Kills a program that does not answer; its end is seen as any other's.
    private func lookAfterTrial() {
        guard let trial, trial.until <= MonotonicClock.nowNanoseconds else { return }
        Log.note("\(program) does not answer whether it can go on: killed")
        self.trial?.until = .max
        kill(trial.pid, SIGKILL)
    }

    /// Kills a server that hangs; its end is seen as any other's.
    private func lookAfterServer() {
        let finding = watch.look(
            isRequestWaiting: estate.isRequestWaiting,
            heartbeat: estate.ledger[.heartbeat],
            at: MonotonicClock.nowNanoseconds
        )
        guard let server else { return }
        switch finding {
        case .lives: return
        case .hangs:
            let seconds = watch.patience / 1_000_000_000
            Log.note("the server has done nothing for \(seconds) s though requests wait: killed")
        case .ignoresItsEnd:
            let seconds = watch.patienceAtEnd / 1_000_000_000
            Log.note("the server was told to end and has done nothing for \(seconds) s: killed")
        }
        hasKilled = true
        kill(server.pid, SIGKILL)
    }

    private func serverIsReady() {
        guard let server else { return }
        loop.unwatch(server.ready)
        // Nothing to read: it ended before it served.
        guard reads(server.ready) else { return }
        Heap.forgetStart()
        guard !isAnnounced else { return }
        (isReady, isAnnounced) = (true, true)
        // The server has looked where it is: what is allowed there is what its starter allowed.
        if configuration.endsWithUsers { ControlGroups.leave() }
        configuration.announceReady()
    }

    /// Whether the server has said a word, which is there by now or never comes.
    private func reads(_ raw: CInt) -> Bool {
        (try? readByte(from: raw)) ?? nil != nil
    }

    private func received(_ signal: CInt) {
        if signal == SIGUSR2 { tryProgram() }
        // A terminal has sent SIGINT to both.
        let isStop = signal == SIGTERM || signal == SIGINT
        if isStop { stops &+= 1 }
        guard signal != SIGCHLD, signal != SIGUSR2, let server else { return }
        if isStop { tellToEnd(server.pid) } else { kill(server.pid, signal) }
    }

    /// Looks whether the server has ended; the exit status when no other is to follow.
    private func reap() -> CInt? {
        while let child = try? Children.nextChange() {
            guard case .ended(let end) = child.change else { continue }
            if child.pid == trial?.pid { upgrade(after: end) }
            guard child.pid == server?.pid else { continue }
            if let server {
                serverIsReady()
                _ = Descriptor(owning: server.ready)
            }
            server = nil
            return ended(end)
        }
        return nil
    }

    private func ended(_ end: ProcessEnd) -> CInt? {
        if estate.ledger[.isOver] != 0 { return 0 }
        if case .exited(let status) = end, !isReady { return status }
        // One that hangs when it is told to end is not followed by another.
        guard mayGoOn || !hasKilled else { return end.shellStatus }
        owesStop = !mayGoOn
        estate.ledger[.lastReason] = makesWay ? 0 : end.word
        makesWay = false
        guard isReady else {
            Log.note("the server \(end.sentence) before it served")
            return 1
        }
        guard estate.ledger[.isIncomplete] == 0 else {
            Log.note(
                "the server \(end.sentence), and there was more to remember than the ledger holds: nobody can go on"
            )
            return 1
        }
        return mayStartAnother(after: end) ? nil : 1
    }

    /// Whether it was not told to end, or only once, and clients may still finish.
    private var mayGoOn: Bool {
        let declined = estate.ledger[.stopsDeclined]
        return stops <= declined || estate.ledger[.drainingUntil] != 0 && stops &- declined == 1
    }

    /// Whether this is another program than before that may still turn out to be no good.
    var isOnTrial: Bool {
        upgradedAt.map { MonotonicClock.nowNanoseconds < $0 + Self.trustNanoseconds } ?? false
    }

    /// SIGKILL does not count: somebody decided to send it, and it says nothing about the next server.
    private func mayStartAnother(after end: ProcessEnd) -> Bool {
        guard end != .killed(signal: SIGKILL) || hasKilled else { return true }
        hasKilled = false
        estate.ledger.noteFault()
        let now = MonotonicClock.nowNanoseconds
        if isOnTrial {
            Log.note("the server of the new program \(end.sentence): going back to the program before")
            goBack()
        }
        deaths = deaths.filter { $0 > now - Self.deathNanoseconds } + [now]
        guard deaths.count < Self.deathLimit else {
            Log.note(
                "\(deaths.count) servers ended within \(Self.deathNanoseconds / 1_000_000_000) s: giving up"
            )
            return false
        }
        return true
    }
}

extension ProcessEnd {
    /// What became of somebody.
    var sentence: String {
        switch self {
        case .exited(let status): "ended with \(status)"
        case .killed(let signal): "was killed by signal \(signal)"
        }
    }

    /// For the ledger.
    var word: UInt64 { UInt64(shellStatus) }
}
