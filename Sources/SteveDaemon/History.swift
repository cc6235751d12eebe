internal import Vocabulary
internal import Jobserver
internal import Ledger
internal import Linux
internal import Wire

/// What happened to tokens, and the processes to which it happened: the last events, all processes that live,
/// and the last that ended.
///
/// It is in the ledger, for the next server.
final class History {
    let events: EventRing
    private let ledger: ServerLedger
    private var living: [Int: KnownProcess] = [:]
    /// The rows of processes that have ended, by their numbers.
    private var ended: [Int: Int] = [:]
    private var endedCount: Int
    private var lastLook = MonotonicTime(nanoseconds: 0)

    /// How often load and memory are recorded while anything happens.
    private static let lookNanoseconds: Int64 = 1_000_000_000

    /// Goes on where the server before ended.
    init(_ ledger: ServerLedger) {
        self.ledger = ledger
        // Fewer words than there is room for: a transaction notes some before they count.
        events = EventRing(capacity: 1 << 18, in: ledger, goingOnFrom: ledger.span)
        endedCount = ledger.endedCount
        for row in 0..<min(endedCount, ledger.layout.ended.rows) {
            if let number = ledger.ended(row)?.process.number { ended[number] = row }
        }
    }

    /// A process is known from now on.
    func began(_ process: KnownProcess) {
        living[process.number] = process
        ledger.stage(command: process.command, of: process)
    }

    /// It has ended, a member of the build with that label.
    func ended(_ process: KnownProcess, build: String) {
        living[process.number] = nil
        ended((TraceProcess(process, build: build), process.user))
    }

    /// Somebody has ended who was not known here.
    func ended(_ entry: (process: TraceProcess, user: UInt32)) {
        let row = endedCount % ledger.layout.ended.rows
        if endedCount >= ledger.layout.ended.rows, let former = ledger.ended(row) {
            ended[former.process.number] = nil
        }
        endedCount += 1
        ended[entry.process.number] = row
        ledger.stage(ended: entry.process, user: entry.user, in: row, count: endedCount)
    }

    /// The process of that number, and its user; `label` names a build that lives.
    func process(_ number: Int, label: (BuildID) -> String) -> (TraceProcess, user: UInt32)? {
        if let process = living[number] {
            let told = TraceProcess(process, build: label(process.build))
            return (told, process.user)
        }
        return ended[number].flatMap { ledger.ended($0) }
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
    fileprivate init(_ process: KnownProcess, build: String) {
        self.init(
            number: process.number,
            pid: Int(process.pid.number),
            build: ServerLedger.cut(build, ServerLedger.labelBytes),
            command: ServerLedger.cut(process.command, ServerLedger.commandBytes),
            dispatcher: process.dispatcher.map { Int($0.number) }
        )
    }
}
