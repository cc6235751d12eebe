import Glibc
import Linux
import Scenarios
import SystemPackage
import TestKit

/// An open file description, with the number of processes that have it.
final class PlayedFile {
    let file: FakeKernel.File
    var isNonblocking: Bool
    var users = 1

    init(_ file: FakeKernel.File, isNonblocking: Bool) {
        self.file = file
        self.isNonblocking = isNonblocking
    }
}

/// A call of a played process.
struct PlayedCall {
    let number: Int
    let call: Call
    let thread: Int32
    let isMain: Bool
    /// How the call waits, once it has begun.
    var waiting: Waiting?

    enum Waiting {
        case reading(UInt64)
        /// Waits until the file has been woken more often than this, or until the deadline.
        case polling(PlayedFile, wakes: Int, deadline: Int64)
    }
}

/// The calls of one process on the fake kernel's device; the main thread makes one after the other.
final class PlayedClient {
    let agent: Agent
    private(set) var files: [Int: PlayedFile]
    private var nextFile = 3
    private var running: [PlayedCall] = []
    private var queue: [PlayedCall] = []
    private var outcomes: [Int: Outcome] = [:]

    init(_ agent: Agent, files: [Int: PlayedFile]) {
        self.agent = agent
        self.files = files
        nextFile = (files.keys.max() ?? 2) + 1
    }

    func begin(_ call: PlayedCall, _ kernel: FakeKernel) {
        if call.isMain, running.contains(where: \.isMain) {
            queue.append(call)
        } else {
            start(call, kernel)
        }
    }

    func outcome(of number: Int, _ kernel: FakeKernel) -> Outcome? {
        look(kernel)
        return outcomes.removeValue(forKey: number)
    }

    /// A signal with a handler comes: the main thread's call ends.
    func interrupt(_ kernel: FakeKernel) {
        for call in running where call.isMain { interrupt(call, kernel) }
        look(kernel)
    }

    /// The process ends: so do its calls, and it drops its files.
    ///
    /// Returns false if it does not end, because one of its reads has no answer. A real process would hang in
    /// state D.
    func die(_ kernel: FakeKernel) -> Bool {
        queue = []
        for call in running { interrupt(call, kernel) }
        look(kernel)
        guard running.isEmpty else { return false }
        for file in files.values { drop(file, kernel) }
        files = [:]
        return true
    }

    private func interrupt(_ call: PlayedCall, _ kernel: FakeKernel) {
        switch call.waiting {
        case .reading(let unique): kernel.interrupt(unique)
        case .polling: end(call, .failed(.interrupted), kernel)
        case nil: break
        }
    }

    /// Ends the calls that are over.
    private func look(_ kernel: FakeKernel) {
        for call in running {
            switch call.waiting {
            case .reading(let unique):
                guard let reply = kernel.reply(to: unique) else { continue }
                end(call, reply.isToken ? .gave(1) : reply.errno.map(Outcome.failed) ?? .gave(-1000), kernel)
            case .polling(let file, let wakes, let deadline):
                if kernel.wakes(of: file.file) > wakes {
                    running.removeAll { $0.number == call.number }
                    poll(call, file, until: deadline, kernel)
                } else if MonotonicClock.nowNanoseconds >= deadline {
                    end(call, .gave(0), kernel)
                }
            case nil: continue
            }
        }
    }

    private func start(_ call: PlayedCall, _ kernel: FakeKernel) {
        do throws(Errno) {
            try perform(call, kernel)
        } catch {
            end(call, .failed(error), kernel)
        }
    }

    private func perform(_ call: PlayedCall, _ kernel: FakeKernel) throws(Errno) {
        switch call.call {
        case .open(let flags):
            let file = try kernel.open(flags: flags, thread: call.thread)
            let number = nextFile
            nextFile += 1
            files[number] = PlayedFile(file, isNonblocking: flags & O_NONBLOCK != 0)
            // This may begin the next call, another open.
            end(call, .gave(number), kernel)
        case .read(let number, let bytes):
            let file = try file(number)
            let unique = kernel.read(
                file.file,
                thread: call.thread,
                nonblocking: file.isNonblocking,
                size: UInt32(bytes)
            )
            var call = call
            call.waiting = .reading(unique)
            running.append(call)
            look(kernel)
        case .write(let number, let bytes):
            let data = [UInt8](repeating: UInt8(ascii: "G"), count: bytes)
            end(call, .gave(Int(try kernel.write(try file(number).file, data, thread: call.thread))), kernel)
        case .poll(let number, let milliseconds):
            let deadline = MonotonicClock.nowNanoseconds + Int64(milliseconds) * 1_000_000
            poll(call, try file(number), until: deadline, kernel)
        case .available(let number):
            end(call, .gave(Int(try kernel.available(try file(number).file, thread: call.thread))), kernel)
        case .unknownIoctl(let number):
            _ = try kernel.ioctl(try file(number).file, command: 0x7357, flags: 2, thread: call.thread)
            end(call, .gave(0), kernel)
        case .setNonblocking(let number, let isOn):
            try file(number).isNonblocking = isOn
            end(call, .gave(0), kernel)
        case .close(let number):
            drop(try file(number), kernel)
            files[number] = nil
            end(call, .gave(0), kernel)
        }
    }

    /// The kernel asks for a notification if the caller is going to wait, and asks again after each.
    private func poll(_ call: PlayedCall, _ file: PlayedFile, until deadline: Int64, _ kernel: FakeKernel) {
        let wakes = kernel.wakes(of: file.file)
        let mayWait = deadline > MonotonicClock.nowNanoseconds
        guard let events = try? kernel.poll(file.file, thread: call.thread, notify: mayWait) else {
            return end(call, .failed(.ioError), kernel)
        }
        guard events.contains(.writable) else { return end(call, .gave(-1000), kernel) }
        if events.contains(.readable) { return end(call, .gave(Int(POLLIN)), kernel) }
        guard mayWait else { return end(call, .gave(0), kernel) }
        var call = call
        call.waiting = .polling(file, wakes: wakes, deadline: deadline)
        running.append(call)
    }

    private func end(_ call: PlayedCall, _ outcome: Outcome, _ kernel: FakeKernel) {
        running.removeAll { $0.number == call.number }
        outcomes[call.number] = outcome
        if !call.isMain { _ = agent.order("e", Int(call.thread)) }
        guard call.isMain, !queue.isEmpty else { return }
        start(queue.removeFirst(), kernel)
    }

    private func file(_ number: Int) throws(Errno) -> PlayedFile {
        guard let file = files[number] else { throw .badFileDescriptor }
        return file
    }

    private func drop(_ file: PlayedFile, _ kernel: FakeKernel) {
        file.users -= 1
        if file.users == 0 { kernel.release(file.file) }
    }
}
