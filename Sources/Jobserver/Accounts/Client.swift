/// The pool's account of one process: what it has, what it waits for, and how it usually asks.
struct Client {
    let build: Int32
    /// Its number in the history, which unlike its place here is not used again soon.
    let process: Int
    var balance = Balance.nothing
    /// What it waits for, besides its parked reads.
    var demand = Demand.none
    var manner = Manner.unknown
    /// How many tokens it gave back as a non-blocking waiter.
    var returns: UInt = 0
    /// Its entries: waiting reads and polls, oldest first, and the tokens that it took, by file.
    var reads = Chain()
    var polls = Chain()
    var takings = Chain()

    /// Tokens it holds.
    var held: Int {
        guard case .holding(let count, _) = balance else { return 0 }
        return count
    }

    var isLending: Bool {
        guard case .lending = balance else { return false }
        return true
    }

    /// How many tokens are reserved for it.
    var reserved: Int { demand.reserved }

    /// Whether the next token only ends its loan, and none is reserved for it.
    var isOwedItsSlot: Bool { isLending && reserved == 0 }

    /// It was granted a token.
    ///
    /// - Returns: whether that ended its loan: then it has its own implicit slot back, and holds nothing.
    mutating func charge(at now: MonotonicTime) -> Bool {
        switch balance {
        case .nothing: balance = .holding(1, since: now)
        case .holding(let count, let since): balance = .holding(count + 1, since: since)
        case .lending:
            balance = .nothing
            return true
        }
        return false
    }

    /// This many of its tokens are the pool's again.
    mutating func release(_ count: Int) {
        guard count > 0, case .holding(let held, let since) = balance else { return }
        balance = held > count ? .holding(held - count, since: since) : .nothing
    }
}

/// What a process holds of the pool, or has lent to it.
enum Balance {
    case nothing
    /// Tokens, the oldest of them since then.
    case holding(Int, since: MonotonicTime)
    /// Its implicit slot is lent to the pool.
    case lending
}

/// What a process waits for besides its parked reads.
enum Demand {
    case none
    /// It polls, and has this place in the queue.
    case poll(place: UInt64)
    /// A token woke its poll of this file, and is reserved for its next read until then.
    case reservation(file: Int32, until: MonotonicTime)
    /// It left a reserved token unread. Until this time, or until it reads, its polls are told only of tokens
    /// that nobody in the queue may have, and no token is reserved for it.
    case penalty(place: UInt64, until: MonotonicTime)
    /// It was refused, does not wait, and will try again: until then it counts as waiting.
    case retry(Retry)

    var reserved: Int {
        switch self {
        case .none, .poll, .penalty: 0
        case .reservation: 1
        case .retry(let retry): retry.reserved
        }
    }

    /// Whether the demand is for a token, or may be: a poller may still leave its token unread.
    var isWish: Bool {
        switch self {
        case .none, .penalty: false
        case .poll, .reservation, .retry: true
        }
    }

    /// The file through which it will read its reserved token; -1: none.
    var file: Int32 {
        switch self {
        case .none, .poll, .penalty: -1
        case .reservation(let file, _): file
        case .retry(let retry): retry.file
        }
    }

    /// When the mere passing of time ends it, and what of it.
    var deadline: Deadline? {
        switch self {
        case .none, .poll: nil
        case .reservation(_, let until): Deadline(kind: .reservation, time: until)
        case .penalty(_, let until): Deadline(kind: .penalty, time: until)
        case .retry(let retry): Deadline(kind: .retry, time: retry.until)
        }
    }
}

/// A non-blocking waiter's place in the queue.
struct Retry {
    /// The file through which it was refused: when that is closed it will not try again.
    let file: Int32
    var place: UInt64
    var until: MonotonicTime
    /// How many tokens it is about to read: one, or as many as it gave back one after the other.
    var wanted = 1
    /// How many of them are reserved for it.
    var reserved = 0
}

/// How a process gets its tokens, as far as was seen.
enum Manner {
    case unknown
    /// It polls; a client that polls edge-triggered does not ask again before it is woken.
    case polls
    /// It reads without waiting, never polls, and tries again when a job of its own ends: a non-blocking
    /// waiter.
    case retries(Retrier)
}

/// What the pool remembers of a non-blocking waiter.
struct Retrier {
    /// The file through which it was refused last.
    var file: Int32
    /// The place in the queue that it keeps until it gets a token.
    var place: UInt64?
    /// It has given a token back and not read since.
    var hasReturned = false
}

/// What a client adds to the sums and deadlines.
struct ClientFigures {
    let held: Int
    let reserved: Int
    let lent: Int
    let deadline: Deadline?
    let isBusy: Bool

    var holding: Int { held + reserved }

    /// `inout`, as Swift lends a client in place then, and copies it otherwise.
    init(_ client: inout Client) {
        held = client.held
        reserved = client.reserved
        lent = client.isLending ? 1 : 0
        deadline = client.demand.deadline
        isBusy = held > 0 || !client.reads.isEmpty || client.demand.isWish
    }
}
