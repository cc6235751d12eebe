internal import Vocabulary
import Jobserver

/// What a server does to a client unasked.
enum Answer {
    case grant(Int)
    case wake(Int)
}

/// A jobserver as its clients see it; clients are numbered by the world.
protocol Server {
    /// A process of a build opens the device: of a dispatcher, or of a package of one.
    mutating func connect(_ client: Int, build: Int, isDispatcher: Bool, dispatcher: Int?)
    /// It ends.
    mutating func disconnect(_ client: Int, at now: Double)
    mutating func read(_ client: Int, waits: Bool, at now: Double) -> ReadAnswer
    mutating func poll(_ client: Int, at now: Double) -> Bool
    mutating func write(_ client: Int, at now: Double)
    mutating func nextAnswer() -> Answer?
    /// Whether it wants to look at the machine before it decides.
    func wantsSample(at now: Double) -> Bool
    var needsHolders: Bool { get }
    /// Whether it is an oracle, which knows how much memory will be left once the next job has grown.
    var foresees: Bool { get }
    mutating func sampled(_ sample: Sample, at now: Double)
    /// When it does something because time has passed.
    var deadline: Double { get }
    mutating func expire(at now: Double)
}
