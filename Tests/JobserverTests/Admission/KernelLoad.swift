@testable import Jobserver

/// The load of a machine on which a number of tasks run, and the text in which its kernel tells this load.
struct KernelLoad {
    /// The load's mean of one minute, in the kernel's fixed point.
    private var fixed: Int

    init(settledAt active: Int = 0) {
        fixed = active * 2048
    }

    /// The value in /proc/loadavg: two digits, rounded.
    var text: Double { Double((fixed * 100 + 1024) / 2048) / 100 }

    /// The kernel's update, as in its kernel/sched/loadavg.c: fixed point with 11 bits.
    ///
    /// A rising load is rounded up.
    mutating func update(active: Int) {
        let next = fixed * 1884 + active * 2048 * (2048 - 1884)
        fixed = (next + (active * 2048 >= fixed ? 2047 : 0)) / 2048
    }
}
