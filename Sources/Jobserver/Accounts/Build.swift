/// The pool's account of one build.
struct Build {
    var weight: Double
    /// Tokens that its processes hold or have reserved.
    var holding = 0
    /// Its open files, and its living processes.
    var openFiles = 0
    var clients = 0
    /// Its processes that hold, want or have reserved a token.
    var busyClients = 0
    var activity = Activity.idle
    /// When a token last came back from it, or when it last began to hold some; nil: none ever came back.
    var givenBack: MonotonicTime?
    /// When it was served last, on the scale of ages: else a build with many waiting processes, one of which
    /// has always waited long, would come before its equals.
    var served: UInt64 = 0
    /// In which of the queues it stands.
    var queue: Standing?
    var part = Part.build

    /// The tokens that count as its share: what a dispatcher holds counts as its packages'.
    var share: Int {
        switch part {
        case .build: holding
        case .package(_, let isPaidFor): holding + (isPaidFor ? 1 : 0)
        case .dispatcher: 0
        }
    }

    /// Whether the build is active: a dispatcher never is.
    var isActive: Bool {
        switch activity {
        case .idle: false
        case .building, .resting: !isDispatcher
        }
    }

    var isDispatcher: Bool {
        switch part {
        case .dispatcher: true
        case .build, .package: false
        }
    }
}

/// Whether a build is active: a process that merely has the device open competes with nobody.
enum Activity {
    case idle
    /// A process of it holds or wants a token.
    case building
    /// The last one gave its token back, or wants none any more, at that time: it counts for a while yet.
    case resting(since: MonotonicTime)
}

/// A build's role beside other builds.
enum Part {
    case build
    /// It takes a token for each package before it starts it; each belongs to the package.
    case dispatcher
    /// A dispatcher started it, and may hold a token for it.
    case package(of: Int32, isPaidFor: Bool)
}

/// How soon a build will probably return a token.
enum Standing: Int, CaseIterable {
    /// It has none to give back, or gave one back lately: newcomers are served with its next one.
    case open
    /// It has tokens, and none ever came back.
    case untested
    /// It has tokens, and gave none back for long.
    case keeping
}

/// The active builds, counted and weighed, and those of them that rest.
struct ActiveBuilds {
    private(set) var count = 0
    private(set) var weight = 0.0
    /// Those that rest, in the order in which they will count no more.
    private(set) var resting = Chain()
    private var links = Links()

    /// What becomes of the build of that index.
    mutating func change(_ index: Int32, _ build: inout Build, to activity: Activity) {
        let wasActive = build.isActive
        build.activity = activity
        if case .resting = activity { resting.append(index, &links) } else { resting.remove(index, &links) }
        guard build.isActive != wasActive else { return }
        count += wasActive ? -1 : 1
        // No remainder of sums of fractions lives on.
        weight = count == 0 ? 0 : weight + (wasActive ? -1 : 1) * build.weight
    }

    mutating func change(weightOf build: inout Build, to weight: Double) {
        if build.isActive { self.weight += weight - build.weight }
        build.weight = weight
    }
}
