/// The pool's account of one process.
struct Client {
    let build: Int32
    /// Its number in the history, which unlike its place here is not used again soon.
    let process: Int
    /// Tokens it holds.
    var held = 0
    /// Whether its implicit slot is lent to the pool.
    var hasLent = false
    /// The token kept for its poll.
    var offer: Offer?
    /// How many tokens are kept for it: for its poll one, for its hunger as many as it is about to read.
    var offered = 0
    /// How many tokens its hunger is for.
    var wishes = 0
    /// It has given a token back and not read since.
    var hasReturned = false
    /// How many tokens it gave back as a trier.
    var returns: UInt = 0
    /// Its waiting reads, oldest first.
    var requests = Chain()
    /// Its waiting polls, oldest first.
    var polls = Chain()
    /// Refused and not waiting: until then it counts as waiting.
    var hungryUntil: MonotonicTime?
    /// Whether it has ever polled: an edge-triggered poller does not ask again before it is woken.
    var isPoller = false
    /// Whether it was refused, does not wait, and tries again when a job of its own ends.
    var isTrier = false
    /// The place in the queue that its polls, or its hunger, have.
    var pollAge: UInt64 = 0
    var hungryAge: UInt64 = 0
    /// The file through which it was refused, or gave a token back: when that is closed it will not try again.
    var hungryFile: Int32 = -1
    /// It left an offer unread: until then, or until it reads, its polls are told of spare tokens only.
    var passedOverUntil: MonotonicTime?
    /// The first of its entries in the ledger; -1: none.
    var firstTaking: Int32 = -1
    /// When it got the oldest of the tokens that it holds.
    var holdingSince = MonotonicTime(nanoseconds: 0)

    /// Whether the next token only ends its loan, and none is kept for it.
    var isOwedItsSlot: Bool { hasLent && offered == 0 }
}

/// A token that woke a poller: nobody else may take it until its time is over.
struct Offer {
    let deadline: MonotonicTime
    /// The file whose poll it answers.
    let file: Int32
}

/// The pool's account of one build.
struct Build {
    var weight: Double
    /// Tokens that its processes hold or have on offer.
    var holding = 0
    /// Its open files: a build with one is connected.
    var openFiles = 0
    /// Its living processes.
    var clients = 0
    /// When it was served last, on the scale of ages: else a build with many waiting processes, one of which
    /// has always waited long, would come before its equals.
    var served: UInt64 = 0
    /// Its processes that wait and may be granted a token, by rank.
    var waiting = Ranking()
}

/// The pool's account of one open file description.
struct OpenFile {
    let build: Int32
    /// The polls that wait on it: of several processes, where sub-makes inherited it.
    var polls = Chain()
    var firstTaking: Int32 = -1
    var requests = 0
}

/// One waiting poll.
struct Poll {
    let client: Int32
    let file: Int32
    let since: MonotonicTime
}

/// How many of a process' tokens were taken through one file.
struct Taking {
    let client: Int32
    /// -1 once the file is closed.
    var file: Int32
    var count = 0
    var nextOfClient: Int32
    var nextOfFile: Int32
}

/// One waiting read.
struct Request {
    let id: RequestID
    let client: Int32
    let file: Int32
    let age: UInt64
    let since: MonotonicTime
}
