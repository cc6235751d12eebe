import Glibc
import Synchronization

/// A thread for calls that block in the kernel: Swift's common threads are few, and one of them must serve.
final class ClientThread<Value: Sendable>: Sendable {
    private let work: @Sendable () -> Value
    private let result = Mutex<Value?>(nil)
    private let thread = Mutex<(id: pthread_t, kernelID: Int32)>((0, 0))

    /// Starts the work; the thread goes on alone when nobody waits for it.
    init(_ work: @escaping @Sendable () -> Value) {
        self.work = work
        let itself = unsafe Unmanaged.passRetained(self).toOpaque()
        var id = pthread_t()
        // Safe: the thread takes over the one reference that is passed to it.
        let failure = unsafe pthread_create(
            &id,
            nil,
            { itself in
                guard let itself = unsafe itself else { return nil }
                let thread = unsafe Unmanaged<AnyObject>.fromOpaque(itself).takeRetainedValue()
                (thread as? any Runnable)?.run()
                return nil
            },
            itself
        )
        precondition(failure == 0, "no thread: \(failure)")
        thread.withLock { $0.id = id }
        pthread_detach(id)
    }

    /// The work's result, once it is done.
    var value: Value? { result.withLock { $0 } }

    /// The kernel's number for the thread, once it runs.
    var kernelID: Int32 { thread.withLock { $0.kernelID } }

    /// Sends the thread a signal.
    ///
    /// The corresponding C function is `pthread_kill`.
    func signal(_ number: CInt) {
        guard value == nil else { return }
        pthread_kill(thread.withLock { $0.id }, number)
    }
}

/// The work of a thread with any kind of value, as the C function that starts it needs it.
private protocol Runnable {
    func run()
}

extension ClientThread: Runnable {
    fileprivate func run() {
        // The tests' own threads block every signal, and this thread inherits their mask.
        var none = sigset_t()
        // Safe: the set lives on this stack frame.
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, nil)
        thread.withLock { $0.kernelID = ownThreadID() }
        let value = work()
        result.withLock { $0 = value }
    }
}

/// The kernel's number for the calling thread: the last word of `PID/task/TID`.
private func ownThreadID() -> Int32 {
    var link = [CChar](repeating: 0, count: 64)
    // Safe: the array is lent for the call and as long as we say.
    let count = unsafe readlink("/proc/thread-self", &link, link.count)
    let text = String(decoding: link.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    return text.split(separator: "/").last.flatMap { Int32($0) } ?? -1
}
