internal import Glibc

/// A thread that is waited for.
@safe struct WorkerThread {
    private var thread = pthread_t()

    /// Starts the work; nil when the system has no room for a thread.
    ///
    /// What it shares with other threads must be guarded by a `Monitor`. The corresponding C function is
    /// `pthread_create`.
    init?(_ run: @escaping () -> Void) {
        // Safe: the thread takes over the one reference that is made here.
        let work = unsafe Unmanaged.passRetained(Work(run))
        let failure = unsafe pthread_create(&thread, nil, runWork, work.toOpaque())
        guard failure == 0 else {
            unsafe work.release()
            return nil
        }
    }

    /// Waits until the work is done; to be called once.
    func join() {
        _ = pthread_join(thread, nil)
    }
}

/// A thread's work, while C carries it.
private final class Work {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
}

private func runWork(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    // Safe: the reference was made for this thread, which takes it over.
    if let context = unsafe context { unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run() }
    return nil
}

/// Lets the calling thread sleep.
func pause(microseconds: UInt32) { usleep(microseconds) }
