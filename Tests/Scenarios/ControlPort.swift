internal import Linux
internal import SystemPackage
package import Wire

/// A test's connection to the control socket; while it waits, it lets the other end run.
package final class ControlPort {
    /// The daemon's greeting.
    package private(set) var greeting = ControlGreeting(path: "", backend: .fifo)
    private let stream: UnixStream
    private var lines = LineBuffer(limit: ControlCoding.replyLimit)
    private let letRun: () -> Void
    private let patience: Duration
    private var lastID = 0
    private var isOpen = true

    /// Connects; while it waits it calls `letRun`, which runs the daemon or lets time pass.
    package init(
        _ path: String,
        patience: Duration = .seconds(5),
        letRun: @escaping () -> Void
    ) throws(ScenarioFailure) {
        do throws(Errno) {
            stream = try UnixStream(connectingTo: path)
        } catch {
            throw ScenarioFailure("cannot connect with \(path): \(error)")
        }
        self.letRun = letRun
        self.patience = patience
        greeting = try message(ControlGreeting.self)
    }

    /// Sends a request, and returns the first reply.
    package func ask<Answer>(
        _ call: ControlCall<Answer>
    ) throws(ScenarioFailure) -> ControlReply<Answer> {
        lastID += 1
        try send(ControlCoding.line(ControlRequest(id: lastID, call.action)))
        return try message(ControlReply<Answer>.self)
    }

    /// The next reply.
    package func reply() throws(ScenarioFailure) -> ControlReply<ControlAnswer.Done> {
        try message(ControlReply<ControlAnswer.Done>.self)
    }

    /// The next reply, as the answer to that call.
    package func reply<Answer>(
        to call: ControlCall<Answer>
    ) throws(ScenarioFailure) -> ControlReply<Answer> {
        try message(ControlReply<Answer>.self)
    }

    /// Sends bytes, as many as the other end takes within a second.
    package func send(_ bytes: [UInt8]) throws(ScenarioFailure) {
        var rest = bytes[...]
        let end = MonotonicClock.nowNanoseconds + 1_000_000_000
        while !rest.isEmpty, MonotonicClock.nowNanoseconds < end {
            do throws(Errno) {
                rest = rest.dropFirst(try stream.write(rest))
            } catch {
                throw ScenarioFailure("the control socket: \(error)")
            }
            letRun()
        }
        guard rest.isEmpty else { throw ScenarioFailure("the control socket takes no more") }
    }

    /// The next line that comes within this time; nil if none comes or the other end hangs up.
    package func line(within time: Duration = .seconds(5)) -> [UInt8]? {
        let end = MonotonicClock.nowNanoseconds + time.wholeNanoseconds
        while true {
            take()
            if let line = try? lines.next() { return line }
            guard isOpen, MonotonicClock.nowNanoseconds < end else { return nil }
            letRun()
        }
    }

    /// Sends what the other end takes at once; returns how many bytes that was.
    package func sendWithoutWaiting(_ bytes: [UInt8]) -> Int { (try? stream.write(bytes[...])) ?? 0 }

    /// Whether the other end hangs up within this time.
    package func isHungUp(within time: Duration = .seconds(5)) -> Bool {
        while line(within: time) != nil {}
        return !isOpen
    }

    private func message<Message: Decodable>(_ type: Message.Type) throws(ScenarioFailure) -> Message {
        guard let line = line(within: patience) else {
            throw ScenarioFailure("the control socket does not answer")
        }
        do throws(ControlError) {
            return try ControlCoding.message(type, from: line)
        } catch {
            throw ScenarioFailure(
                "the control socket said \(String(decoding: line, as: UTF8.self)): \(error)"
            )
        }
    }

    private func take() {
        var bytes: [UInt8] = []
        do throws(Errno) {
            guard let count = try stream.read(into: &bytes) else { return }
            lines.append(bytes)
            isOpen = count > 0
        } catch {
            isOpen = false
        }
    }
}

extension Duration {
    /// The duration in whole nanoseconds.
    package var wholeNanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}

extension ControlReply {
    /// Whether the request was done.
    package var isDone: Bool { answer != nil }

    /// The answer to the request, if it was done.
    package var answer: Answer? {
        if case .done(let answer) = outcome { answer } else { nil }
    }

    /// Why the request was not done.
    package var error: String? {
        switch outcome {
        case .failed(let why), .busy(let why): why
        case .done, .waiting, .unknown: nil
        }
    }

    /// Whether the answer will follow.
    package var isWaiting: Bool { outcome == .waiting }
}
