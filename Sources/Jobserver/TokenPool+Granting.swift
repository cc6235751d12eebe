package import Vocabulary

extension TokenPool {
    /// How many more tokens may go out now, to anybody: what the limit and the admission leave.
    var room: Int { mutating get { ceiling - load } }

    /// The most that may be out, less what is lent.
    private var ceiling: Int { min(limits.jobs, max(limits.minJobs, admitted)) }

    /// What decides about one more token: how much the process, its build and all together have.
    private struct Question {
        var held: Int
        var build: Build
        var out: Int
        var load: Int
        /// How many builds are active, and what they weigh.
        var builders: Int
        var weight: Double

        /// One token more is granted: one that was `reserved` already, or that ends a loan, counts for less.
        mutating func grant(spending reserved: Int, ending loan: Int, at now: MonotonicTime) {
            out += 1 - loan - reserved
            load += 1 - reserved
            held += 1 - loan
            if !build.isActive, !build.isDispatcher, loan == 0 {
                builders += 1
                weight += build.weight
                build.activity = .building
            }
            if build.holding == 0, build.givenBack != nil { build.givenBack = now }
            build.holding += 1 - loan - reserved
        }
    }

    private mutating func question(_ held: Int, _ build: Build) -> Question {
        Question(
            held: held,
            build: build,
            out: out,
            load: load,
            builders: accounts.active.count,
            weight: accounts.active.weight
        )
    }

    /// Whether this process may have one of the tokens in the room.
    mutating func mayTake(_ client: Int32) -> Bool {
        let account = accounts.clients[client]
        let question = question(account.held + account.reserved, accounts.builds[account.build])
        return account.isOwedItsSlot ? mayRepay(question) : mayTake(question)
    }

    /// Whether a process with so many tokens, of a build with so many, may have one more.
    private mutating func mayTake(_ question: Question) -> Bool {
        guard limits.perProcess == 0 || question.held < limits.perProcess else { return false }
        return mayBuildTake(question)
    }

    /// Whether a process may have its own slot back.
    ///
    /// That adds no job and makes no share larger. So neither the admission rules nor the limit for each
    /// build apply: otherwise a build whose only worker has lent its slot would stand still.
    private mutating func mayRepay(_ question: Question) -> Bool {
        limits.jobs - question.load > reserve(question)
    }

    private mutating func mayBuildTake(_ question: Question) -> Bool {
        let build = question.build
        let room = ceiling - question.load
        guard room > 0, limits.perBuild == 0 || build.share < limits.perBuild else { return false }
        let reserve = reserve(question)
        guard reserve > 0 else { return true }
        // The last tokens of the pool are for newcomers. Under a gate the last that may be out are kept only
        // from those who have their share: one of six idle for want of memory is too much.
        guard limits.jobs - question.load > reserve else { return false }
        return room > reserve
            || Double(build.share) * question.weight < Double(question.out + room) * build.weight
    }

    /// How many tokens are kept from the build for newcomers.
    private mutating func reserve(_ question: Question) -> Int {
        question.builders > 1 ? accounts.reserve(from: accounts.standing(of: question.build)) : 0
    }

    /// The build whose turn it is, of those that may have a token.
    ///
    /// Within a standing the first build has the least: if it may have none, no build behind it may.
    private mutating func nextBuild() -> Int32? {
        accounts.settleStandings()
        var next: (build: Int32, rank: Rank)?
        for standing in Standing.allCases {
            guard let first = accounts.queue.first(standing), next.map({ first.rank < $0.rank }) ?? true
            else {
                continue
            }
            if mayBuildTake(question(0, accounts.builds[first.build])) { next = first }
        }
        return next?.build
    }

    /// How many tokens the process could take now, one read after the other.
    package mutating func available(to client: ClientID) -> Int {
        let account = accounts.clients[client.index]
        var question = question(account.held, accounts.builds[account.build])
        var (reserved, loan) = (account.reserved, account.isLending ? 1 : 0)
        var count = 0
        while reserved > 0 || loan > 0 && mayRepay(question) || mayTake(question) {
            let spent = min(1, reserved)
            question.grant(spending: spent, ending: loan, at: accounts.now)
            reserved -= spent
            loan = 0
            count += 1
        }
        return count
    }

    /// Serves the queue until nothing more may be granted to anybody in it.
    mutating func dispatch(at now: MonotonicTime) {
        while let build = nextBuild(), let client = accounts.queue.first(in: build) {
            serve(client, at: now)
        }
        repay(at: now)
        tellPenalized()
    }

    /// Gives lenders their slots back who were not let in with the others.
    private mutating func repay(at now: MonotonicTime) {
        var member = accounts.queue.lenders.first
        while member >= 0, free > 0 {
            let next = accounts.queue.lenderLinks[member].next
            if mayTake(member) { serve(member, at: now) }
            member = next
        }
    }

    private mutating func serve(_ client: Int32, at now: MonotonicTime) {
        // A read that waits takes the token before it is reserved for a poll of the same process.
        let index = accounts.clients[client].reads.first
        guard index < 0 else { return grant(read: index, at: now) }
        switch accounts.clients[client].demand {
        case .poll: reserveForPoll(client, at: now)
        case .retry(let retry): reserveForRetry(client, retry, at: now)
        case .none, .reservation, .penalty:
            preconditionFailure("client \(client) is served and waits for nothing")
        }
    }

    private mutating func grant(read index: Int32, at now: MonotonicTime) {
        let read = accounts.entries.reads[index]
        perform(.grant(read.id, ClientID(index: read.client), FileID(index: read.file)))
        waits.record(nanoseconds: now.nanoseconds - read.since.nanoseconds)
        charge(read.client, through: read.file, at: now) { client, entries in
            entries.remove(read: index, from: &client)
        }
    }

    /// Tokens that nobody in the queue may have: pollers that left a token unread are told of them, but none
    /// is reserved.
    private mutating func tellPenalized() {
        guard free > 0 else { return }
        var member = accounts.deadlines[.penalty].first
        while member >= 0 {
            let next = accounts.deadlines.next(member)
            if mayTake(member) { wakePolls(of: member) }
            member = next
        }
    }
}
