internal import Vocabulary
import Jobserver

/// The plain rule: one queue, the oldest request first; the gates only look at the load and the memory.
///
/// A token that woke a poller is kept for it until it reads. A client that does not wait is not remembered.
struct PlainServer: Server {
    let jobs: Int
    let maxLoad: Double
    let minMemoryBytes: Int
    /// Looks before each grant, into the future of every job.
    let foresees: Bool
    private var held: [Int: Int] = [:]
    private var out = 0
    private var queue: [(client: Int, reads: Bool)] = []
    private var kept: Set<Int> = []
    private var answers: [Answer] = []
    private var isOpen = true
    private var lastSample = -1.0

    init(jobs: Int, maxLoad: Double = .infinity, minMemoryBytes: Int = 0, foresees: Bool = false) {
        self.jobs = jobs
        self.maxLoad = maxLoad
        self.minMemoryBytes = minMemoryBytes
        self.foresees = foresees
    }

    private var room: Bool { out + kept.count < jobs && (isOpen || out + kept.count < 1) }

    mutating func connect(_ client: Int, build: Int, isDispatcher: Bool, dispatcher: Int?) {}

    mutating func disconnect(_ client: Int, at now: Double) {
        out -= held.removeValue(forKey: client) ?? 0
        kept.remove(client)
        queue.removeAll { $0.client == client }
        serve()
    }

    mutating func read(_ client: Int, waits: Bool, at now: Double) -> ReadAnswer {
        if kept.remove(client) == nil, !(room && queue.isEmpty) {
            if waits { queue.append((client, true)) }
            return waits ? .parked : .wouldBlock
        }
        take(client)
        return .granted(to: ClientID(index: Int32(client)))
    }

    mutating func poll(_ client: Int, at now: Double) -> Bool {
        if kept.contains(client) || room && queue.isEmpty { return true }
        if !queue.contains(where: { $0.client == client }) { queue.append((client, false)) }
        return false
    }

    mutating func write(_ client: Int, at now: Double) {
        held[client, default: 0] -= 1
        out -= 1
        serve()
    }

    mutating func nextAnswer() -> Answer? {
        answers.isEmpty ? nil : answers.removeFirst()
    }

    func wantsSample(at now: Double) -> Bool {
        if foresees { return true }
        return (maxLoad < .infinity || minMemoryBytes > 0) && now >= lastSample + 0.5
    }

    var needsHolders: Bool { false }

    mutating func sampled(_ sample: Sample, at now: Double) {
        lastSample = now
        isOpen =
            (sample.loadAverage ?? 0) < maxLoad && (sample.memoryAvailableBytes ?? .max) >= minMemoryBytes
        serve()
    }

    var deadline: Double { .infinity }

    mutating func expire(at now: Double) {}

    private mutating func serve() {
        while room, !queue.isEmpty {
            let first = queue.removeFirst()
            if first.reads {
                take(first.client)
                answers.append(.grant(first.client))
            } else {
                kept.insert(first.client)
                if foresees { isOpen = false }
                answers.append(.wake(first.client))
            }
        }
    }

    private mutating func take(_ client: Int) {
        held[client, default: 0] += 1
        out += 1
        if foresees { isOpen = false }
    }
}
