internal import Linux

/// How many connections, and how many unread bytes, the control socket allows each user.
///
/// A user other than root may have only as many connections as there are free places, so that there are
/// always some for another user.
struct PeerQuota {
    /// Places in all, and some more for root.
    let places: Int
    private var connections: [UInt32: Int] = [:]
    private var unread: [UInt32: Int] = [:]
    private var total = 0
    private var unreadTotal = 0

    static let rootPlaces = 16
    /// How many bytes may wait to be read by one user's processes, and by all, before their next request is
    /// read.
    private static let unreadLimit = 1 << 20
    private static let unreadTotalLimit = 8 << 20

    init(places: Int) {
        self.places = places
    }

    /// As many places as this process' descriptors allow.
    init() {
        self.init(places: min(8_192, max(16, DescriptorLimit.current / 2)))
    }

    /// Whether one more connection of the user is let in.
    func admits(_ user: UInt32) -> Bool {
        user == 0 ? total < places + Self.rootPlaces : connections[user, default: 0] < places - total
    }

    mutating func came(_ user: UInt32) {
        connections[user, default: 0] += 1
        total += 1
    }

    /// A connection is gone, and with it this many unread bytes.
    mutating func went(_ user: UInt32, unread bytes: Int) {
        note(unread: -bytes, of: user)
        total -= 1
        guard let left = connections[user], left > 1 else { return connections[user] = nil }
        connections[user] = left - 1
    }

    /// This many more bytes wait to be read; negative: fewer.
    mutating func note(unread bytes: Int, of user: UInt32) {
        unreadTotal += bytes
        let sum = unread[user, default: 0] + bytes
        unread[user] = sum > 0 ? sum : nil
    }

    /// Whether the user's next request is read, though earlier answers have not all been read.
    func hears(_ user: UInt32) -> Bool {
        unread[user, default: 0] < Self.unreadLimit && (user == 0 || unreadTotal < Self.unreadTotalLimit)
    }

    /// How many connections the user has.
    func connections(of user: UInt32) -> Int { connections[user, default: 0] }
}
