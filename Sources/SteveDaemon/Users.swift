internal import Jobserver

/// The processes that wrappers registered.
///
/// A daemon that a wrapper started ends when the last of them has ended.
struct Users {
    private var slots: [Int32: Bool] = [:]
    /// When to end if nobody comes; nil: a service manager decides.
    private(set) var deadline: MonotonicTime?
    private let endsWithUsers: Bool

    /// A wrapper that started the daemon has so long to register.
    private static let graceNanoseconds: Int64 = 10_000_000_000
    /// Clients that outlive the last user are looked after again so often.
    private static let recheckNanoseconds: Int64 = 200_000_000

    init(endsWithUsers: Bool, at now: MonotonicTime) {
        self.endsWithUsers = endsWithUsers
        deadline = endsWithUsers ? now + Self.graceNanoseconds : nil
    }

    /// Every user's pid, and whether a token is charged to it.
    var all: [(pid: Int32, hasSlot: Bool)] { slots.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }

    /// Whether a token is charged to this user, or will be.
    func hasSlot(_ pid: Int32) -> Bool { slots[pid] == true }

    /// A user no longer waits for its token.
    mutating func gaveUpSlot(_ pid: Int32) {
        if slots[pid] != nil { slots[pid] = false }
    }

    mutating func registered(_ pid: Int32, hasSlot: Bool) {
        slots[pid] = hasSlot || slots[pid] == true
        deadline = nil
    }

    mutating func ended(_ pid: Int32, lingerNanoseconds: Int64, at now: MonotonicTime) {
        guard slots.removeValue(forKey: pid) != nil, slots.isEmpty, endsWithUsers else { return }
        deadline = now + lingerNanoseconds
    }

    /// Somebody still needs the daemon.
    mutating func lookAgain(at now: MonotonicTime) {
        deadline = now + Self.recheckNanoseconds
    }
}
