import Vocabulary
import Testing

@testable import Jobserver

/// A process with one open file: most tests need no more.
struct Party {
    let client: ClientID
    let file: FileID
    let build: BuildID
}

/// A pool with a clock, and short calls for it: each of them checks everything that must always hold.
final class Scene {
    var pool: TokenPool
    var now = MonotonicTime(nanoseconds: 0)
    private var requestCount: UInt64 = 0

    init(jobs: Int, reserve: Int = 0, _ adjust: (inout Limits) -> Void = { _ in }) {
        var limits = Limits(jobs: jobs)
        limits.reserve = reserve
        adjust(&limits)
        pool = TokenPool(limits: limits)
    }

    /// A copy of the scene at the same moment: a test can try something there and leave the original as it
    /// is.
    init(copying other: Scene) {
        pool = other.pool.copy()
        now = other.now
        requestCount = other.requestCount
    }

    /// A process in a build of its own, or in `build`, with the device open.
    func party(in build: BuildID? = nil, weight: Double = 1) -> Party {
        let build = build ?? pool.begin(buildOfWeight: weight)
        let client = pool.connect(in: build)
        return Party(client: client, file: pool.opened(by: client), build: build)
    }

    /// A process in the same build that inherited `party`'s file.
    func heir(of party: Party) -> Party {
        Party(client: pool.connect(in: party.build), file: party.file, build: party.build)
    }

    /// A read without O_NONBLOCK.
    @discardableResult
    func read(_ party: Party) -> (answer: ReadAnswer, request: RequestID) {
        requestCount += 1
        let request = RequestID(requestCount)
        let answer = pool.read(request, by: party.client, through: party.file, waits: true, at: now)
        check()
        return (answer, request)
    }

    /// Whether a read with O_NONBLOCK gave a token.
    @discardableResult
    func tryRead(_ party: Party) -> Bool {
        requestCount += 1
        let request = RequestID(requestCount)
        let answer = pool.read(request, by: party.client, through: party.file, waits: false, at: now)
        check()
        return answer.isGranted
    }

    /// Takes `count` tokens that must be there.
    func take(_ count: Int, _ party: Party) {
        for _ in 0..<count { #expect(tryRead(party)) }
    }

    @discardableResult
    func poll(_ party: Party, waits: Bool = true) -> Bool {
        let isReady = pool.polled(by: party.client, through: party.file, waits: waits, at: now)
        check()
        return isReady
    }

    @discardableResult
    func write(_ count: Int = 1, _ party: Party) -> WriteReceipt {
        let receipt = pool.wrote(count, by: party.client, through: party.file, at: now)
        check()
        return receipt
    }

    func interrupt(_ request: RequestID) -> Bool {
        let hasLeft = pool.interrupted(request, at: now)
        check()
        return hasLeft
    }

    func die(_ party: Party) {
        pool.died(party.client, at: now)
        check()
    }

    func end(_ build: BuildID) -> Bool {
        let hasEnded = pool.end(build)
        check()
        return hasEnded
    }

    func close(_ file: FileID) {
        pool.closed(file, at: now)
        check()
    }

    func undelivered(_ party: Party) {
        pool.undelivered(to: party.client, through: party.file, at: now)
        check()
    }

    func admit(_ tokens: Int) {
        pool.admit(tokens, at: now)
        check()
    }

    func change(_ adjust: (inout Limits) -> Void) {
        var limits = pool.limits
        adjust(&limits)
        pool.change(to: limits, at: now)
        check()
    }

    /// Lets time pass, and the pool do what is due by then.
    func pass(milliseconds: Int64) {
        now = now + milliseconds * 1_000_000
        pool.expire(at: now)
        check()
    }

    /// What the pool's owner has to do now.
    func effects() -> [Effect] {
        var effects: [Effect] = []
        while let effect = pool.nextEffect() { effects.append(effect) }
        return effects
    }

    func held(_ party: Party) -> Int {
        pool.holdings.first { $0.client == party.client }?.tokens ?? 0
    }

    private func check() {
        #expect(pool.violation == nil)
    }
}

extension Effect {
    /// The grant of `request` to `party`.
    static func grant(_ request: RequestID, _ party: Party) -> Effect {
        .grant(request, party.client, party.file)
    }
}
