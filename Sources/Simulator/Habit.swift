/// How a program gets its tokens.
enum Habit: String {
    /// make, ninja 1.14, ctest: polls, then reads without waiting.
    case poller
    /// rustc, pytest: one read waits at a time; each token goes back when its job ends.
    case blocker
    /// cargo: as the blocker, but a token is kept as long as there is work for it.
    case hoarder
    /// ninja 1.13, GCC's LTO, the cc crate: reads without waiting when one of its own jobs ends, and never
    /// polls.
    case retrier
}

/// A kind of client: its habit and its work.
struct Work {
    var habit: Habit
    /// The most jobs it runs at once.
    var width = 64
    /// Its jobs; `.max`: it never ends.
    var jobs = Int.max
    /// Mean seconds a job.
    var jobTime = 4.0
    /// Whether its first job runs without a token, in its implicit slot.
    var hasImplicitSlot = true
    /// How many jobs become ready together; nil: all of them at once.
    var wave: ClosedRange<Int>?
    /// Mean seconds between two waves.
    var pause = 0.0
    /// Bytes that a job uses at its peak.
    var peakBytes: ClosedRange<Double> = 0...0
    /// Seconds until it is at its peak.
    var growth = 10.0
    /// Each of its jobs is a package: a build of its own that does this; the process itself is a dispatcher.
    var packages: [Work]?
    /// Its jobs are of these commands, each as likely as the others; one is of no name else.
    var commands: [Command] = []
}

extension Work {
    /// A command's name, and the bytes that it uses at its peak.
    struct Command {
        var name: String
        var peakBytes: ClosedRange<Double>
    }
}

/// One process under simulation.
struct Process {
    let work: Work
    let build: Int
    /// The dispatcher that started it.
    let dispatcher: Int?
    var isConnected = false
    /// Packages that it has started.
    var started = 0
    /// When its last job was done.
    var done: Double?
    /// Jobs that have not started yet.
    var left: Int
    /// Jobs that are ready to start.
    var ready = 0
    var running = 0
    var tokens = 0
    var runningOnTokens = 0
    var usesSlot = false
    /// One of its reads or polls waits.
    var waits = false
    /// It wants a token and has none to spare, since when.
    var wanted: Double?
    var firstWish: Double?
    var firstToken: Double?
    var completed = 0
    /// Token-seconds held since the measuring began.
    var tokenSeconds = 0.0

    init(_ work: Work, build: Int, dispatcher: Int? = nil) {
        self.work = work
        self.dispatcher = dispatcher
        self.build = build
        left = work.jobs
    }
}
