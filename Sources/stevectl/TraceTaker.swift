internal import Vocabulary
internal import Reports
internal import SteveClient
internal import Wire

/// Records a trace, asking the daemon again and again.
struct TraceTaker: Sendable {
    /// What came in.
    private(set) var recording: TraceRecording
    /// This many events were overwritten before they were asked for: the trace ends before them.
    private(set) var lost = 0
    private var next: Int
    private let began: Int64?

    /// Begins a trace: of the last seconds, whose events it has when this returns, or from now on.
    init(_ connection: inout ControlConnection, last seconds: Double?) throws(ControlFailure) {
        let opening = try connection.trace(last: seconds)
        recording = TraceRecording(opening, last: seconds)
        (next, began) = (opening.next, opening.began)
        try untilAnswered(&connection) { (taker, connection) throws(ControlFailure) in
            try taker.read(&connection, until: opening.end)
            try taker.nameProcesses(&connection)
        }
    }

    /// Takes in what has happened since, also from a server that took over.
    ///
    /// False: there is a gap, and the trace ends before it.
    mutating func goOn(_ connection: inout ControlConnection) throws(ControlFailure) -> Bool {
        guard lost == 0 else { return false }
        try untilAnswered(&connection) { (taker, connection) throws(ControlFailure) in
            try taker.read(&connection, until: nil)
            try taker.nameProcesses(&connection)
        }
        return lost == 0
    }

    /// Goes on with the server that took over, and the one after that; another daemon's events have other
    /// numbers.
    private mutating func untilAnswered(
        _ connection: inout ControlConnection,
        _ ask: (inout TraceTaker, inout ControlConnection) throws(ControlFailure) -> Void
    ) throws(ControlFailure) {
        while true {
            do throws(ControlFailure) {
                return try ask(&self, &connection)
            } catch {
                guard case .ended = error, began != nil else { throw error }
                try connection.reconnect()
                guard try connection.trace(last: nil).began == began else { throw error }
            }
        }
    }

    /// It ends this many microseconds after it was begun.
    mutating func end(after microseconds: Int64) {
        recording.ends(after: microseconds)
    }

    private mutating func read(
        _ connection: inout ControlConnection,
        until end: Int?
    ) throws(ControlFailure) {
        var more = end.map { next < $0 } ?? true
        while more {
            let chunk = try connection.events(after: next, until: end)
            lost = chunk.lost ?? 0
            guard lost == 0 else { return }
            do throws(ControlError) {
                recording.add(try TokenEvent.list(chunk.events), past: end != nil)
            } catch {
                throw .malformed(path: connection.path, why: "\(error)")
            }
            (next, more) = (chunk.next, chunk.more)
        }
    }

    private mutating func nameProcesses(_ connection: inout ControlConnection) throws(ControlFailure) {
        while recording.hasUnknown {
            recording.add(try connection.processes(recording.nextUnknown()))
        }
    }
}
