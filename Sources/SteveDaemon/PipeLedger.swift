/// The arithmetic of a pipe full of tokens, whose readers nobody can name.
///
/// The tokens out are those that were put in and are no longer there. If the pipe has more than was put in,
/// processes lend their implicit slots: then fewer than none are out.
struct PipeLedger: Equatable {
    /// Tokens in all.
    var limit: Int
    /// Below this many out, admission is not asked.
    var minJobs = 1
    /// How many the admission rules let out.
    var admitted: Int?
    /// Tokens put into the pipe and not taken out again by us.
    private(set) var issued = 0
    /// Tokens charged to known processes for their implicit slots.
    private(set) var charged = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// The account that another server had.
    init(limit: Int, issued: Int, charged: Int) {
        self.limit = limit
        self.issued = issued
        self.charged = charged
    }

    /// Tokens that processes have, when the pipe holds this many.
    func out(whenUnread unread: Int) -> Int { issued - unread + charged }

    /// How many more may be out.
    func room(whenUnread unread: Int) -> Int { max(0, ceiling - out(whenUnread: unread)) }

    /// How many bytes to put into the pipe; negative: to take out.
    func correction(whenUnread unread: Int) -> Int { room(whenUnread: unread) - unread }

    /// How many more are out than may be.
    func excess(whenUnread unread: Int) -> Int {
        max(0, out(whenUnread: unread) - ceiling)
    }

    private var ceiling: Int { min(limit, max(minJobs, admitted ?? limit)) }

    /// This many bytes were put in; negative: taken out.
    mutating func moved(_ bytes: Int) {
        issued += bytes
    }

    /// A token whose byte we took out is charged to a process from now on.
    mutating func charge() {
        charged += 1
    }

    /// The process that a token was charged to has ended.
    mutating func discharge() {
        charged -= 1
    }

    /// Nobody has the pipe open: a token that is not in it is lost, and one too many was minted.
    ///
    /// - Returns: how many tokens were missing; negative: how many were too many.
    mutating func heal(whenUnread unread: Int) -> Int {
        let missing = issued - unread
        issued = unread
        return missing
    }
}
