internal import Vocabulary
internal import Jobserver
internal import Linux
internal import Wire

/// What happened to tokens, and to whom: the last events, all processes that live, and the last that have
/// ended.
final class History {
    let events = EventRing()
    private var living: [Int: KnownProcess] = [:]
    private var ended: [Int: (process: TraceProcess, user: UInt32)] = [:]
    /// The numbers of the ended, each at its turn's place modulo the limit.
    private var order: [Int] = []
    private var turn = 0
    private var lastLook = MonotonicTime(nanoseconds: 0)

    /// So many processes that have ended are remembered, in less than a mebibyte.
    static let endedLimit = 4_096
    /// So much of a command line is kept of each.
    private static let commandLimit = 120
    /// Load and memory are looked at so often while anything happens.
    private static let lookNanoseconds: Int64 = 1_000_000_000

    /// A process is known from now on.
    func began(_ process: KnownProcess) {
        living[process.number] = process
    }

    /// It has ended, a member of the build with that label.
    func ended(_ process: KnownProcess, build: String) {
        living[process.number] = nil
        ended[process.number] = (
            TraceProcess(process, build: build, commandLimit: Self.commandLimit), process.user
        )
        if order.count < Self.endedLimit {
            order.append(process.number)
        } else {
            ended[order[turn]] = nil
            order[turn] = process.number
        }
        turn = (turn + 1) % Self.endedLimit
    }

    /// The process of that number, and its user; `label` names a build that lives.
    func process(_ number: Int, label: (BuildID) -> String) -> (TraceProcess, user: UInt32)? {
        if let process = living[number] {
            let told = TraceProcess(process, build: label(process.build), commandLimit: Self.commandLimit)
            return (told, process.user)
        }
        return ended[number].map { ($0.process, $0.user) }
    }

    /// Notes load and memory, when the last look is old enough.
    ///
    /// Called after everything else that woke the daemon: no token waits for it, and an idle daemon does not
    /// wake.
    func look(at now: MonotonicTime) {
        guard now >= lastLook + Self.lookNanoseconds else { return }
        lastLook = now
        if let load = try? ProcFS.loadAverage().oneMinute {
            events.record(TokenEvent(.load, value: Int((load * 100).rounded())), at: now)
        }
        if let bytes = try? ProcFS.memoryAvailableBytes() {
            events.record(TokenEvent(.memory, value: bytes / 1_048_576), at: now)
        }
    }
}

extension TraceProcess {
    fileprivate init(_ process: KnownProcess, build: String, commandLimit: Int) {
        self.init(
            number: process.number,
            pid: Int(process.pid),
            build: build,
            command: String(process.command.prefix(commandLimit)),
            dispatcher: process.dispatcher.map(Int.init)
        )
    }
}
