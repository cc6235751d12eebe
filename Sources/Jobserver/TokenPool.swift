/// Who holds a token, who waits for one, and who is next.
///
/// The pool is a value without I/O: everything that happens is a call with its time, everything to be done comes
/// out of ``nextEffect()``. After every call
/// `free + reserved + held = limit + lent`, and no token that may be granted lies idle while somebody eligible
/// waits. In steady state no call allocates memory, and the pool cannot be copied: to read one count from a copyable one
/// in a class, Swift copies all of it.
package struct TokenPool: ~Copyable {
    package private(set) var limits: Limits
    /// How many tokens the admission rules let out; asked only from `limits.minJobs` on.
    package internal(set) var admitted = Int.max
    /// Tokens that processes hold.
    package internal(set) var held = 0
    /// Tokens on offer to one process each.
    package internal(set) var reserved = 0
    /// Implicit slots that their processes lend to the pool.
    package internal(set) var lent = 0
    /// What has happened since the start.
    package internal(set) var totals = Totals()
    /// How long a token was waited for; one that was there at once counts as no wait.
    package internal(set) var waits = Waits()
    /// What happened last.
    package let events: EventRing

    var clients = Slots<Client>()
    var builds = Slots<Build>()
    var files = Slots<OpenFile>()
    var requests = Slots<Request>()
    var polls = Slots<Poll>()
    var takings = Slots<Taking>()
    var requestNumbers: [RequestID: Int32] = [:]

    /// The builds that wait, and where every build and client stands in its ranking.
    var waiting = Ranking()
    var buildPositions = Positions()
    var clientPositions = Positions()
    /// The pollers with an offer, in the order of its deadline.
    var pollOffers = Chain()
    /// The hungry, in the order in which they are forgotten.
    var hungry = Chain()
    /// Those that left an offer unread, in the order in which they are forgiven.
    var passedOver = Chain()
    /// Those of them that poll.
    var spare = Chain()
    /// Those who wait for their own slot, which they have lent.
    var waitingLenders = Chain()
    var offerLinks = Links()
    var hungryLinks = Links()
    var passedOverLinks = Links()
    var spareLinks = Links()
    var lenderLinks = Links()
    var requestLinks = Links()
    var pollLinks = Links()
    var filePollLinks = Links()

    /// The builds with an open file, and the sum of their weights.
    var connectedBuilds = 0
    var connectedWeight = 0.0
    var nextAge: UInt64 = 0
    var lastProcess = 0
    var effects: [Effect] = []
    var nextEffectIndex = 0

    /// A pool whose tokens are all free, and that notes in `events` what happens to them.
    package init(limits: Limits, events: EventRing = EventRing(capacity: 1)) {
        precondition(limits.jobs >= 1, "a pool of \(limits.jobs) tokens")
        self.events = events
        self.limits = limits
    }

    /// Tokens that nobody holds and that are on offer to nobody; negative after the limit was lowered.
    package var free: Int { limits.jobs + lent - held - reserved }

    /// Tokens in use or on offer: what the admission rules count.
    package var out: Int { held + reserved }

    /// Whether the admission rules, and not the number of tokens, hold the next one back.
    package var isHeldBack: Bool { free > 0 && room <= 0 }

    /// Whether any read or poll waits, or a process counts as hungry.
    package var isAnyoneWaiting: Bool { requests.count > 0 || polls.count > 0 || !waiting.isEmpty }

    /// Sets all limits at once.
    ///
    /// Nobody loses a token; the pool is negative until enough have come back.
    package mutating func change(to limits: Limits, at now: MonotonicTime) {
        precondition(limits.jobs >= 1, "a pool of \(limits.jobs) tokens")
        self.limits = limits
        for client in clients.indices { rank(client) }
        dispatch(at: now)
    }

    /// Tells the pool how many tokens the admission rules let out now.
    package mutating func admit(_ tokens: Int, at now: MonotonicTime) {
        admitted = tokens
        dispatch(at: now)
    }

    /// The next thing for the owner to do; nil when all is done.
    package mutating func nextEffect() -> Effect? {
        guard nextEffectIndex < effects.count else {
            effects.removeAll(keepingCapacity: true)
            nextEffectIndex = 0
            return nil
        }
        nextEffectIndex += 1
        return effects[nextEffectIndex - 1]
    }

    mutating func perform(_ effect: Effect) {
        effects.append(effect)
    }

    mutating func newAge() -> UInt64 {
        nextAge += 1
        return nextAge
    }
}
