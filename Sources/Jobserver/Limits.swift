/// The numbers an administrator sets; all of them may change while tokens are out.
package struct Limits: Equatable, Sendable {
    /// Tokens in the pool.
    package var jobs: Int
    /// Below this many tokens out, admission is not asked.
    package var minJobs = 1
    /// The most that one process may hold; 0 is no limit.
    package var perProcess = 0
    /// The most that one build may hold; 0 is no limit.
    package var perBuild = 0
    /// Tokens kept for builds that hold none, from all that hold some; nil: only from builds that return
    /// none, as many as needed.
    package var reserve: Int?
    /// How long after a return a build counts as one that returns its tokens.
    package var givingNanoseconds: Int64 = 10_000_000_000
    /// How long a build stays active after its last token or request, and counts as a newcomer after its
    /// first.
    package var restNanoseconds: Int64 = 60_000_000_000
    /// How long a token that woke a poller is reserved for its read.
    package var reservationNanoseconds: Int64 = 100_000_000
    /// How long a poller that left such a token unread has none reserved.
    package var penaltyNanoseconds: Int64 = 1_000_000_000
    /// How long a process that was refused and does not wait counts as waiting.
    package var retryNanoseconds: Int64 = 2_000_000_000

    package init(jobs: Int) {
        self.jobs = jobs
    }
}
