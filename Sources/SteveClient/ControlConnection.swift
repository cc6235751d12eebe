package import Linux
package import SystemPackage
public import Wire

/// A conversation with a running steve, over its control socket.
///
/// ```swift
/// var steve = try ControlConnection(device: "steve")
/// print(try steve.status().free)
/// ```
///
/// One thread uses it at a time; every call waits for its answer. Where the server ends meanwhile and another
/// takes over from it, that one is asked again.
public struct ControlConnection: ~Copyable {
    /// The daemon's version.
    public let version: String
    /// What belongs behind `fifo:` in MAKEFLAGS.
    public let path: String
    /// How this daemon hands out tokens.
    public let backend: Backend

    private var lines: LineStream
    private var lastID = 0

    /// Connects with the daemon that serves the device of that name, the machine's own or this user's.
    public init(device: String = "steve") throws(ControlFailure) {
        guard let name = DeviceName(device) else { throw .badName(device, rule: DeviceName.rule) }
        try self.init(name, environment: Environment.current)
    }

    /// Connects with the daemon of that name that a program with this environment should use.
    ///
    /// With a patience that daemon has so long to let this process in and to greet it.
    package init(
        _ name: DeviceName,
        environment: [String: String],
        patienceMilliseconds: Int32? = nil
    ) throws(ControlFailure) {
        let patience = patienceMilliseconds ?? LineStream.patience
        let (lines, greeting) = try Self.greeted { () throws(ControlFailure) in
            try LineStream.find(name, environment: environment, patienceMilliseconds: patience)
        }
        try self.init(lines, greeting)
    }

    private init(_ lines: LineStream, _ greeting: ControlGreeting) throws(ControlFailure) {
        guard greeting.protocol == ControlGreeting.protocolNumber else {
            throw .otherProtocol(path: lines.path, number: greeting.protocol)
        }
        version = greeting.steve
        path = greeting.path
        backend = greeting.backend
        self.lines = lines
    }

    /// Looks whether the path can be handed out: a make would open whatever it names, and write to it.
    package func checkPath() throws(ControlFailure) {
        if let flaw = TokenFile.flaw(path) { throw .badPath(path: path, why: flaw) }
    }

    /// Who holds what, who waits, and why.
    public mutating func status() throws(ControlFailure) -> StatusReport {
        try perform(.status).status
    }

    /// Asks for the status without waiting for the answer, which makes `raw` readable.
    package mutating func requestStatus() throws(ControlFailure) { try ask(.status) }

    /// The status that was asked for last, and nothing else since.
    package func requestedStatus(until deadline: Int64) throws(ControlFailure) -> StatusReport {
        try answer(to: .status, by: deadline).status
    }

    /// The daemon's settings by their names, such as `jobs` and `load-average`.
    public mutating func settings() throws(ControlFailure) -> [String: String] {
        try perform(.get).values
    }

    /// Changes settings, all of them or none, and returns the old and the new values.
    @discardableResult
    public mutating func set(
        _ values: [String: String]
    ) throws(ControlFailure) -> (old: [String: String], new: [String: String]) {
        let change = try perform(.set(values))
        return (change.old, change.new)
    }

    /// Holds the daemon to stricter limits as long as a process lives, this one unless `pid` names another.
    ///
    /// What this process executes after that does not matter, nor does the connection. Of several limits the
    /// strictest holds.
    public mutating func limit(_ values: [String: String], whileLives pid: Int32? = nil)
        throws(ControlFailure)
    {
        _ = try perform(.limit(values, pid: pid))
    }

    /// Lifts the limits of that process' life; of none, all that this user may lift.
    public mutating func dropLimits(whileLives pid: Int32? = nil) throws(ControlFailure) {
        _ = try perform(.drop(pid: pid))
    }

    /// Waits until the condition holds; false when that took longer than `seconds`.
    public mutating func wait(
        until condition: WaitCondition,
        seconds: Double? = nil
    ) throws(ControlFailure) -> Bool {
        let deadline = seconds.map { MonotonicClock.nowNanoseconds + Int64(min(max(0, $0), 1e9) * 1e9) }
        do throws(ControlFailure) {
            _ = try perform(.watch(condition), until: deadline)
            return true
        } catch {
            guard case .noAnswer = error, let deadline, deadline <= MonotonicClock.nowNanoseconds else {
                throw error
            }
            return false
        }
    }

    /// Makes this process a user of the daemon until it ends, whatever it executes later.
    ///
    /// With `slot` the daemon charges one token to it, for the job that the process is itself. If none is
    /// free, this waits and calls `whileWaiting` once; after ten seconds it calls `whenLong` with the
    /// daemon's status, which names the holders.
    public mutating func register(
        slot: Bool,
        whileWaiting: () -> Void = {},
        whenLong: (StatusReport) -> Void = { _ in }
    ) throws(ControlFailure) {
        let path = lines.path
        // The caller is told of each wait only once.
        var (hasWaited, isLong) = (false, false)
        _ = try untilAnswered { (connection) throws(ControlFailure) in
            try connection.ask(.register(slot: slot))
            let wait = {
                if !hasWaited { whileWaiting() }
                hasWaited = true
            }
            let seconds = isLong ? nil : Self.longSeconds
            return try connection.answer(
                to: .register(slot: slot),
                by: LineStream.endOfPatience,
                wait,
                longSeconds: seconds
            ) {
                isLong = true
                guard var other = try? ControlConnection(at: path), let report = try? other.status() else {
                    return
                }
                whenLong(report)
            }
        }
    }

    /// How many seconds a caller waits before it is told the reason.
    package static let longSeconds = 10

    /// A second connection with the same daemon.
    private init(at path: String) throws(ControlFailure) {
        let (lines, greeting) = try Self.greeted { () throws(ControlFailure) in
            guard let lines = try LineStream.connect(path) else { throw .ended(path: path) }
            return lines
        }
        try self.init(lines, greeting)
    }

    /// Asks for the same without waiting for the answer.
    package mutating func requestRegistration(slot: Bool) throws(ControlFailure) {
        try ask(.register(slot: slot))
    }

    /// The process that listens on the socket: the daemon's keeper.
    package var daemon: Int32 { lines.listener }

    /// The same process, held so that no other one that gets its number can be meant.
    package func daemonProcess() throws(Errno) -> ProcessDescriptor { try lines.listenerProcess() }

    /// Whether that was killed, and its server serves on, for this user.
    package var hasLostItsKeeper: Bool { lines.owner == User.effective && lines.listenerHasEnded }

    /// The number to watch for an answer, and for the daemon's end.
    package var raw: CInt { lines.raw }

    mutating func perform<Answer>(
        _ call: ControlCall<Answer>,
        until deadline: Int64? = nil
    ) throws(ControlFailure) -> Answer {
        try untilAnswered { (connection) throws(ControlFailure) in
            try connection.performOnce(call, until: deadline)
        }
    }

    /// The same for what no other server can answer.
    mutating func performOnce<Answer>(
        _ call: ControlCall<Answer>,
        until deadline: Int64? = nil
    ) throws(ControlFailure) -> Answer {
        try ask(call)
        return try answer(to: call, by: LineStream.endOfPatience, until: deadline)
    }

    /// Asks the server that took over, and the one after that, as long as there is one.
    private mutating func untilAnswered<Answer>(
        _ ask: (inout ControlConnection) throws(ControlFailure) -> Answer
    ) throws(ControlFailure) -> Answer {
        while true {
            do throws(ControlFailure) {
                return try ask(&self)
            } catch {
                guard case .ended = error else { throw error }
                try reconnect()
            }
        }
    }

    /// Continues with the server that took over from one that ended.
    package mutating func reconnect() throws(ControlFailure) { self = try ControlConnection(at: lines.path) }

    private mutating func ask<Answer>(_ call: ControlCall<Answer>) throws(ControlFailure) {
        lastID += 1
        try lines.send(ControlCoding.line(ControlRequest(id: lastID, call.action)))
    }

    /// The answer to the last request: the first one by `end`, the one that the daemon puts off by the
    /// deadline.
    ///
    /// `whenLong` is called when that one has been put off for this many seconds.
    private func answer<Answer>(
        to call: ControlCall<Answer>,
        by end: Int64,
        until deadline: Int64? = nil,
        _ whileWaiting: () -> Void = {},
        longSeconds: Int? = nil,
        whenLong: () -> Void = {}
    ) throws(ControlFailure) -> Answer {
        var isWaiting = false
        var long: Int64?
        while true {
            let line: [UInt8]
            do throws(ControlFailure) {
                line = try lines.next(until: isWaiting ? long ?? deadline : end)
            } catch {
                guard case .noAnswer = error, long != nil else { throw error }
                long = nil
                whenLong()
                continue
            }
            let reply = try read(ControlReply<ControlAnswer.Done>.self, from: line)
            // What was asked before, and has its answer only now.
            if let id = reply.id, id != lastID { continue }
            switch reply.outcome {
            case .done: return try read(Answer.self, from: line)
            case .failed(let why), .busy(let why): throw .refused(why)
            case .waiting where !isWaiting:
                isWaiting = true
                long = longSeconds.map { MonotonicClock.nowNanoseconds + Int64($0) * 1_000_000_000 }
                whileWaiting()
            case .waiting, .unknown: continue
            }
        }
    }

    /// A connection that was greeted: the server to which it was made first may be killed before it has said
    /// a word.
    private static func greeted(
        _ find: () throws(ControlFailure) -> LineStream
    ) throws(ControlFailure) -> (LineStream, ControlGreeting) {
        for _ in 1..<connections {
            let lines = try find()
            do throws(ControlFailure) {
                return (lines, try greeting(from: lines))
            } catch {
                guard case .ended = error else { throw error }
            }
        }
        let lines = try find()
        return (lines, try greeting(from: lines))
    }

    private static let connections = 20

    private static func greeting(from lines: LineStream) throws(ControlFailure) -> ControlGreeting {
        let line = try lines.next(until: lines.endOfGreeting)
        do throws(ControlError) {
            return try ControlCoding.message(ControlGreeting.self, from: line)
        } catch {
            let reply = try? ControlCoding.message(ControlReply<ControlAnswer.Done>.self, from: line)
            if case .busy(let why)? = reply?.outcome { throw .busy(path: lines.path, why: why) }
            throw .malformed(path: lines.path, why: "\(error)")
        }
    }

    private func read<Message: Decodable>(
        _ type: Message.Type,
        from line: [UInt8]
    ) throws(ControlFailure) -> Message {
        do throws(ControlError) {
            return try ControlCoding.message(type, from: line)
        } catch {
            throw .malformed(path: lines.path, why: "\(error)")
        }
    }
}
