internal import Vocabulary
import Jobserver

/// The production core: the daemon's own `TokenPool` and `Admission`, with the virtual clock.
final class CoreServer: Server {
    private(set) var pool: TokenPool
    private var admission: Admission
    private var builds: [Int: BuildID] = [:]
    private var clients: [Int: (ClientID, FileID)] = [:]
    private var numbers: [ClientID: Int] = [:]
    private var files: [FileID: Int] = [:]
    private var lastRequest: UInt64 = 0

    init(_ limits: Limits, _ settings: AdmissionSettings, knowing sizes: String? = nil) {
        pool = TokenPool(limits: limits)
        admission = Admission(settings)
        if let sizes { _ = admission.sizes.read(sizes) }
        pool.admit(admission.ceiling, at: MonotonicTime(nanoseconds: 0))
    }

    /// What a daemon leaves to the next one.
    var sizes: String { admission.sizes.text }

    func connect(_ client: Int, build: Int, isDispatcher: Bool, dispatcher: Int?) {
        let identity =
            builds[build]
            ?? (isDispatcher
                ? pool.beginDispatcher() : pool.begin(dispatchedBy: dispatcher.flatMap { builds[$0] }))
        builds[build] = identity
        let process = pool.connect(in: identity)
        let file = pool.opened(by: process)
        clients[client] = (process, file)
        numbers[process] = client
        files[file] = client
    }

    func disconnect(_ client: Int, at now: Double) {
        guard let (process, file) = clients.removeValue(forKey: client) else { return }
        pool.died(process, at: time(now))
        pool.closed(file, at: time(now))
    }

    func read(_ client: Int, waits: Bool, at now: Double) -> ReadAnswer {
        guard let (process, file) = clients[client] else { return .wouldBlock }
        lastRequest += 1
        return pool.read(RequestID(lastRequest), by: process, through: file, waits: waits, at: time(now))
    }

    func poll(_ client: Int, at now: Double) -> Bool {
        guard let (process, file) = clients[client] else { return false }
        return pool.polled(by: process, through: file, waits: true, at: time(now))
    }

    func write(_ client: Int, at now: Double) {
        guard let (process, file) = clients[client] else { return }
        _ = pool.wrote(1, by: process, through: file, at: time(now))
    }

    func nextAnswer() -> Answer? {
        while let effect = pool.nextEffect() {
            switch effect {
            case .grant(_, let client, _): if let number = numbers[client] { return .grant(number) }
            case .wake(let file): if let number = files[file] { return .wake(number) }
            case .abandon: continue
            }
        }
        return nil
    }

    func wantsSample(at now: Double) -> Bool { admission.wantsSample(at: time(now)) }
    var needsHolders: Bool { admission.needsHolders }
    var foresees: Bool { false }

    func sampled(_ sample: Sample, at now: Double) {
        admission.sampled(sample, out: pool.load, at: time(now))
        pool.admit(admission.ceiling, at: time(now))
    }

    var deadline: Double { pool.nextDeadline.map { Double($0.nanoseconds) / 1e9 } ?? .infinity }

    func expire(at now: Double) {
        pool.expire(at: time(now) + 1)
    }

    private func time(_ seconds: Double) -> MonotonicTime { MonotonicTime(nanoseconds: Int64(seconds * 1e9)) }
}
