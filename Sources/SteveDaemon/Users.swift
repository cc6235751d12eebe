internal import Jobserver

/// The processes that wrappers registered.
///
/// A daemon that a wrapper started ends when the last of them has ended.
struct Users {
    private var slots: [Int32: Bool] = [:]
    /// The connections of a process that wait for its slot, by ticket: the first one's is in the server's
    /// queue.
    private var tickets: [Int32: [UInt32]] = [:]
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

    /// What is to become of a slot whose connection has gone.
    enum Withdrawal: Equatable {
        /// Another connection of the process waits for it in the queue.
        case another
        /// This one comes in its place.
        case next(UInt32)
        /// Nobody wants it any more.
        case last
    }

    /// The process waits for its slot by the ticket.
    mutating func waits(_ pid: Int32, _ ticket: UInt32) {
        tickets[pid] = [ticket]
    }

    /// A further connection of a process whose slot waits waits for the same; false: none does.
    mutating func waitsToo(_ pid: Int32, _ ticket: UInt32) -> Bool {
        guard tickets[pid] != nil else { return false }
        tickets[pid]?.append(ticket)
        return true
    }

    /// The slot with the ticket has come: all who waited for it.
    mutating func charged(_ ticket: UInt32) -> [UInt32] {
        guard let pid = tickets.first(where: { $0.value.first == ticket })?.key else { return [ticket] }
        return tickets.removeValue(forKey: pid) ?? []
    }

    /// A connection that waited has gone.
    mutating func withdrew(_ pid: Int32, _ ticket: UInt32) -> Withdrawal {
        let wasFirst = tickets[pid]?.first == ticket
        tickets[pid]?.removeAll { $0 == ticket }
        if let next = tickets[pid]?.first { return wasFirst ? .next(next) : .another }
        tickets[pid] = nil
        if slots[pid] != nil { slots[pid] = false }
        return .last
    }

    mutating func registered(_ pid: Int32, hasSlot: Bool) {
        slots[pid] = hasSlot || slots[pid] == true
        deadline = nil
    }

    /// A user that had registered with another server.
    mutating func restore(_ pid: Int32, hasSlot: Bool) {
        slots[pid] = hasSlot
        deadline = nil
    }

    mutating func ended(_ pid: Int32, lingerNanoseconds: Int64, at now: MonotonicTime) {
        tickets[pid] = nil
        guard slots.removeValue(forKey: pid) != nil, slots.isEmpty, endsWithUsers else { return }
        deadline = now + lingerNanoseconds
    }

    /// Somebody still needs the daemon; `soon`: it is not known yet whether somebody does.
    mutating func lookAgain(at now: MonotonicTime, soon: Bool = false) {
        deadline = now + (soon ? Self.recheckNanoseconds / 20 : Self.recheckNanoseconds)
    }
}
