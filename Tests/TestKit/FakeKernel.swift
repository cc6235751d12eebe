internal import Glibc
package import Linux
package import SystemPackage

/// The kernel's side of a FUSE or CUSE connection, played over a socket pair inside of the test.
///
/// It sends what the kernel would send when threads open, read, write, poll and close, and keeps the answers.
/// Like the kernel it wants exactly one answer to each request: `violations` lists what the kernel would have
/// rejected.
package final class FakeKernel {
    /// What kind of device the other end serves.
    package enum Kind: Sendable, CaseIterable, CustomStringConvertible {
        case cuse, file

        package var description: String { self == .cuse ? "CUSE device" : "FUSE file" }
    }

    /// The answer to one request.
    package struct Reply: Equatable, Sendable {
        package let errno: Errno?
        package let body: ArraySlice<UInt8>

        /// Whether the answer is exactly one `+`.
        package var isToken: Bool { errno == nil && body == [UInt8(ascii: "+")] }
    }

    package let kind: Kind
    /// Lets the other end run after each request; empty if that end is in another thread or process.
    package var settle: () -> Void = {}
    /// The poll handles that were notified, in their order; the kernel gives each open file such a number.
    package private(set) var notifications: [UInt64] = []
    /// Answers that the kernel would refuse.
    package private(set) var violations: [String] = []

    private let kernelEnd: CInt
    private var deviceEnd: CInt
    private var lastUnique: UInt64 = 0
    private var lastHandle: UInt64 = 0
    private var unanswered: Set<UInt64> = []
    private var replies: [UInt64: Reply] = [:]
    private var inbox = [UInt8](repeating: 0, count: 1 << 13)

    /// Connects the two ends.
    package init(_ kind: Kind) throws(Errno) {
        self.kind = kind
        var ends: (CInt, CInt) = (-1, -1)
        // If the other end is gone, a write is an error here, as it is on /dev/fuse, and no signal.
        signal(SIGPIPE, SIG_IGN)
        // Safe: the tuple has the two integers that the call fills, and lives on this stack frame.
        _ = try check(
            unsafe withUnsafeMutablePointer(to: &ends) { ends in
                unsafe ends.withMemoryRebound(to: CInt.self, capacity: 2) { ends in
                    unsafe socketpair(AF_UNIX, CInt(SOCK_SEQPACKET.rawValue), 0, ends)
                }
            }
        )
        (kernelEnd, deviceEnd) = ends
    }

    deinit {
        close(kernelEnd)
        if deviceEnd >= 0 { close(deviceEnd) }
    }

    /// The end that a session or daemon takes, once, as its /dev/cuse or /dev/fuse.
    package func takeDevice() -> Descriptor {
        defer { deviceEnd = -1 }
        return Descriptor(owning: deviceEnd)
    }

    // MARK: Requests

    /// The number of the next request: even, as the kernel's numbers are.
    package var upcomingUnique: UInt64 { lastUnique + 2 }

    /// A new number by which polls name an open file.
    func nextHandle() -> UInt64 {
        lastHandle += 1
        return lastHandle
    }

    /// Sends a request whose body `build` appends; returns the number by which its reply is found.
    package func request(
        _ operation: FakeKernelFrame.Operation,
        thread: Int32 = 0,
        user: UInt32 = 0,
        _ build: (inout FakeKernelFrame) -> Void = { _ in }
    ) -> UInt64 {
        lastUnique = upcomingUnique
        let unique = lastUnique
        var frame = FakeKernelFrame(operation.rawValue, unique: unique, thread: thread, user: user)
        build(&frame)
        unanswered.insert(unique)
        send(frame.bytes)
        return unique
    }

    /// Sends bytes as one message, whatever they are.
    package func send(_ bytes: [UInt8]) {
        // Safe: the array is borrowed for the call.
        let sent = unsafe Glibc.write(kernelEnd, bytes, bytes.count)
        if sent != bytes.count { violations.append("cannot send: \(Errno(rawValue: errno))") }
        settle()
    }

    /// Tells the other end that the client of a waiting request was interrupted.
    package func interrupt(_ unique: UInt64) {
        // The kernel marks interrupts by an odd number of their own; they are not answered.
        var frame = FakeKernelFrame(FakeKernelFrame.Operation.interrupt.rawValue, unique: unique | 1)
        frame.append(unique)
        send(frame.bytes)
    }

    // MARK: Answers

    /// The answer to a request; waits for it up to `milliseconds`, and returns nil if none has come.
    package func reply(to unique: UInt64, within milliseconds: CInt = 0) -> Reply? {
        collect()
        if replies[unique] == nil, milliseconds > 0 {
            let end = MonotonicClock.nowNanoseconds + Int64(milliseconds) * 1_000_000
            while replies[unique] == nil, MonotonicClock.nowNanoseconds < end {
                waitForMessage(milliseconds: 10)
                collect()
            }
        }
        return replies[unique]
    }

    /// Reads what the other end has sent.
    package func collect() {
        while let message = receive() {
            take(message)
        }
    }

    /// Makes every further answer fail, as the kernel does once the client is gone.
    package func refuseAnswers() {
        shutdown(kernelEnd, CInt(SHUT_RD))
    }

    /// Ends the connection.
    package func hangUp() {
        shutdown(kernelEnd, CInt(SHUT_RDWR))
        settle()
    }

    /// Whether the other end closed its descriptor.
    package var isHungUp: Bool {
        var wanted = pollfd(fd: kernelEnd, events: 0, revents: 0)
        // Safe: the structure lives on this stack frame.
        return unsafe Glibc.poll(&wanted, 1, 0) == 1 && CInt(wanted.revents) & POLLHUP != 0
    }

    /// Reads what came in answer to frames that no kernel sends, and forgets its violations.
    package func forgetViolations() {
        collect()
        violations = []
    }

    /// Forgets the answers that have come; in a long run they would pile up.
    package func forgetReplies() {
        collect()
        replies.removeAll(keepingCapacity: true)
    }

    private func take(_ message: ArraySlice<UInt8>) {
        guard let length = message.integer(UInt32.self, at: 0), length == message.count,
            let error = message.integer(Int32.self, at: 4), let unique = message.integer(UInt64.self, at: 8)
        else { return violations.append("not a reply: \(Array(message))") }
        let body = message.dropFirst(16)
        guard unique != 0 else { return takeNotification(error, body) }
        // An interrupt that matched no request is answered "ask me again".
        if unique % 2 == 1, error == -EAGAIN, body.isEmpty { return }
        guard unanswered.remove(unique) != nil else {
            return violations.append("request \(unique) was answered twice, or never asked")
        }
        guard error <= 0, error > -1000, error == 0 || body.isEmpty else {
            return violations.append("request \(unique) got error \(error) with \(body.count) bytes")
        }
        replies[unique] = Reply(errno: error == 0 ? nil : Errno(rawValue: -error), body: body)
    }

    private func takeNotification(_ code: Int32, _ body: ArraySlice<UInt8>) {
        guard code == 1, body.count == 8, let handle = body.integer(UInt64.self, at: 0) else {
            return violations.append("notification \(code) of \(body.count) bytes")
        }
        notifications.append(handle)
    }

    private func receive() -> ArraySlice<UInt8>? {
        // Safe: the buffer is lent for the call.
        let count = unsafe inbox.withUnsafeMutableBytes { buffer in
            unsafe recv(kernelEnd, buffer.baseAddress, buffer.count, CInt(MSG_DONTWAIT))
        }
        return count > 0 ? ArraySlice(Array(inbox.prefix(count))) : nil
    }

    private func waitForMessage(milliseconds: CInt) {
        var wanted = pollfd(fd: kernelEnd, events: Int16(POLLIN), revents: 0)
        // Safe: the structure lives on this stack frame.
        unsafe Glibc.poll(&wanted, 1, milliseconds)
    }
}
