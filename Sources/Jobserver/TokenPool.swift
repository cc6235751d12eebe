/// Who holds a token, who waits for one, and who is next.
///
/// The pool is a value without I/O. Every event is a call with its time; everything to be done comes out of
/// ``nextEffect()``. After every call `free + reserved + held = limit + lent`, and no token that may be
/// granted lies idle while somebody eligible waits. In steady state no call allocates memory. The pool cannot
/// be copied: to read one count from a copyable value in a class, Swift copies all of it. So what each
/// token asks is a mutating function or getter, here and in `Accounts`, even if it changes nothing: Swift
/// lends it the pool in place, and copies the pool's thousand bytes for all others.
package struct TokenPool: ~Copyable {
    /// How many tokens the admission rules let out; asked only from `limits.minJobs` on.
    package internal(set) var admitted = Int.max
    /// What has happened since the start.
    package internal(set) var totals = Totals()
    /// How long a token was waited for; one that was there at once counts as no wait.
    package internal(set) var waits = Waits()
    /// What happened last.
    package let events: EventRing
    var accounts: Accounts

    private var effects: [Effect] = []
    private var nextEffectIndex = 0

    /// A pool whose tokens are all free, and that notes in `events` what happens to them.
    package init(limits: Limits, events: EventRing = EventRing(capacity: 1)) {
        precondition(limits.jobs >= 1, "a pool of \(limits.jobs) tokens")
        self.events = events
        accounts = Accounts(limits: limits)
    }

    package var limits: Limits { accounts.limits }

    /// Tokens that processes hold.
    package var held: Int { accounts.held }

    /// Tokens that are reserved for one process each.
    package var reserved: Int { accounts.reserved }

    /// Implicit slots that their processes lend to the pool.
    package var lent: Int { accounts.lent }

    /// Tokens that nobody holds and that are reserved for nobody; negative after the limit was lowered.
    package var free: Int { mutating get { limits.jobs + lent - held - reserved } }

    /// Tokens in use or reserved.
    package var out: Int { held + reserved }

    /// Tokens out less those lent: what the admission rules count.
    ///
    /// A slot that is lent while its job waits, or runs elsewhere, is no load here.
    package var load: Int { mutating get { out - lent } }

    /// Whether the admission rules, and not the number of tokens, hold the next one back.
    package var isHeldBack: Bool { mutating get { free > 0 && room <= 0 } }

    /// Whether any read or poll waits, or a process will try again.
    package var isAnyoneWaiting: Bool {
        accounts.entries.reads.count > 0 || accounts.entries.polls.count > 0 || !accounts.queue.isEmpty
    }

    /// How many tokens are out, and whether anybody waits for one.
    package var use: TokenUse {
        mutating get { TokenUse(out: out, load: load, isAnyoneWaiting: isAnyoneWaiting) }
    }

    /// Sets all limits at once.
    ///
    /// Nobody loses a token; the pool is negative until enough have come back.
    package mutating func change(to limits: Limits, at now: MonotonicTime) {
        precondition(limits.jobs >= 1, "a pool of \(limits.jobs) tokens")
        happen(at: now) { pool in pool.accounts.limits = limits }
    }

    /// Tells the pool how many tokens the admission rules let out now.
    package mutating func admit(_ tokens: Int, at now: MonotonicTime) {
        happen(at: now) { pool in pool.admitted = tokens }
    }

    /// Every event goes through here: first everything that has run out ends, and afterwards tokens go to
    /// those who may have one.
    mutating func happen<Answer>(at now: MonotonicTime, _ event: (inout TokenPool) -> Answer) -> Answer {
        expire(at: now)
        let answer = event(&self)
        dispatch(at: now)
        return answer
    }

    /// The next thing for the owner to do; nil when nothing is left.
    package mutating func nextEffect() -> Effect? {
        guard nextEffectIndex < effects.count else {
            if nextEffectIndex > 0 { effects.removeAll(keepingCapacity: true) }
            nextEffectIndex = 0
            return nil
        }
        nextEffectIndex += 1
        return effects[nextEffectIndex - 1]
    }

    mutating func perform(_ effect: Effect) {
        effects.append(effect)
    }

    /// A copy of the pool, for "what would happen if".
    borrowing func copy() -> TokenPool {
        var copy = TokenPool(limits: limits)
        copy.admitted = admitted
        copy.totals = totals
        copy.waits = waits
        copy.accounts = accounts
        copy.effects = effects
        copy.nextEffectIndex = nextEffectIndex
        return copy
    }
}

/// How many tokens are out, and whether anybody waits for one.
package struct TokenUse: Equatable, Sendable {
    package var out: Int
    /// The same less the slots that are lent: what the admission rules count.
    package var load: Int
    package var isAnyoneWaiting: Bool

    package init(out: Int, load: Int, isAnyoneWaiting: Bool) {
        self.out = out
        self.load = load
        self.isAnyoneWaiting = isAnyoneWaiting
    }
}
