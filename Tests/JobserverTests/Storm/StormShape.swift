import Testing

/// The kind of crowd that a storm sends to the pool.
struct StormShape: CustomTestStringConvertible, Sendable {
    let name: String
    var jobs = 4
    var processes = 6
    var builds = 3
    /// How many of 100 reads block.
    var blocking = 50
    /// How many polls come for 100 reads.
    var polls = 60
    /// How many of 100 processes inherit another process' file instead of opening their own.
    var heirs = 20
    var changesLimits = true
    /// Whether the first build is a dispatcher and the others are its packages.
    var dispatches = false

    var testDescription: String { name }

    static let all = [
        StormShape(name: "readers", jobs: 4, processes: 10, builds: 4, blocking: 100, polls: 0),
        StormShape(name: "readers, one build", jobs: 3, processes: 8, builds: 1, blocking: 100, polls: 0),
        StormShape(name: "readers, a build each", jobs: 3, processes: 9, builds: 9, blocking: 100, polls: 0),
        StormShape(name: "few processes, few tokens", jobs: 2, processes: 3, builds: 2),
        StormShape(name: "a crowd", jobs: 5, processes: 16, builds: 5),
        StormShape(name: "one shared file", jobs: 4, processes: 6, builds: 1, heirs: 90),
        StormShape(name: "pollers only", blocking: 0, polls: 200),
        StormShape(name: "never-waiters", blocking: 0, polls: 0),
        StormShape(name: "many tokens", jobs: 40, processes: 8),
        StormShape(name: "enough tokens to keep some", jobs: 16, processes: 14, builds: 6),
        StormShape(name: "emerge and its packages", jobs: 6, processes: 12, builds: 5, dispatches: true),
        StormShape(name: "fixed limits", jobs: 6, processes: 10, changesLimits: false),
    ]
}
