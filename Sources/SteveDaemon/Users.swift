internal import Vocabulary
internal import Jobserver

/// The processes that wrappers registered.
///
/// A daemon that a wrapper started ends when the last of them has ended.
struct Users {
    /// By process its connections that wait for its slot, which is the process' own.
    private var waiting: [ProcessID: [PeerID]] = [:]
    /// When to end if nobody comes; nil: a service manager decides.
    private(set) var deadline: MonotonicTime?
    private let endsWithUsers: Bool

    /// How long a wrapper that started the daemon has to register.
    private static let graceNanoseconds: Int64 = 10_000_000_000
    /// Clients that outlive the last user are looked after again so often.
    private static let recheckNanoseconds: Int64 = 200_000_000

    init(endsWithUsers: Bool, at now: MonotonicTime) {
        self.endsWithUsers = endsWithUsers
        deadline = endsWithUsers ? now + Self.graceNanoseconds : nil
    }

    /// Every user's pid.
    var all: [ProcessID] { waiting.keys.sorted() }

    mutating func registered(_ pid: ProcessID) {
        waiting[pid, default: []] += []
        deadline = nil
    }

    /// A connection of the process waits for its slot.
    mutating func waits(_ pid: ProcessID, _ peer: PeerID) { waiting[pid]?.append(peer) }

    /// The slot of the process has come: all who waited for it.
    mutating func charged(_ pid: ProcessID) -> [PeerID] {
        guard let peers = waiting[pid] else { return [] }
        waiting[pid] = []
        return peers
    }

    /// A waiting connection has gone.
    ///
    /// True: it was the last, and nobody waits for the slot any more.
    mutating func withdrew(_ pid: ProcessID, _ peer: PeerID) -> Bool {
        guard let place = waiting[pid]?.firstIndex(of: peer) else { return false }
        waiting[pid]?.remove(at: place)
        return waiting[pid]?.isEmpty == true
    }

    mutating func ended(_ pid: ProcessID, lingerNanoseconds: Int64, at now: MonotonicTime) {
        guard waiting.removeValue(forKey: pid) != nil, waiting.isEmpty, endsWithUsers else { return }
        deadline = now + lingerNanoseconds
    }

    /// Somebody still needs the daemon; `soon`: it is not known yet whether somebody does.
    mutating func lookAgain(at now: MonotonicTime, soon: Bool = false) {
        deadline = now + (soon ? Self.recheckNanoseconds / 20 : Self.recheckNanoseconds)
    }
}
