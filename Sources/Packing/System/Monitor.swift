internal import Glibc

/// A value that several threads change and wait for.
@safe final class Monitor<State> {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var state: State

    init(_ state: State) {
        self.state = state
        // Safe: both are allocated above and live as long as the monitor.
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe changed.initialize(to: pthread_cond_t())
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(changed, nil)
    }

    deinit {
        // Safe: nobody can wait any more, every thread that could holds a reference.
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(mutex)
        unsafe changed.deallocate()
        unsafe mutex.deallocate()
    }

    /// Changes the value while nobody else looks, and wakes those who wait.
    func update<Result>(_ change: (inout State) -> Result) -> Result {
        // Safe: the mutex lives as long as the monitor.
        unsafe pthread_mutex_lock(mutex)
        defer {
            unsafe pthread_cond_broadcast(changed)
            unsafe pthread_mutex_unlock(mutex)
        }
        return change(&state)
    }

    /// Waits until the change has a result.
    func wait<Result>(until change: (inout State) -> Result?) -> Result {
        // Safe: the mutex lives as long as the monitor.
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if let result = change(&state) { return result }
            unsafe pthread_cond_wait(changed, mutex)
        }
    }
}
