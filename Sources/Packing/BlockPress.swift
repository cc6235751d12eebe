internal import Squashfs

/// Compresses blocks on several threads and gives them back in the order in which they came.
///
/// The calling thread is one of the workers, the one that may always work: when enough blocks wait it
/// compresses one itself. Each other worker needs a token for each block.
final class BlockPress {
    typealias Place = (PendingBlock, [UInt8]?) throws(PackError) -> Void

    /// What the calling thread does next.
    private enum Step {
        case place(PendingBlock, [UInt8]?)
        case compress(Int, PendingBlock)
    }

    private struct State {
        var waiting: [(number: Int, block: PendingBlock)] = []
        var done: [Int: (block: PendingBlock, compressed: [UInt8]?)] = [:]
        /// One worker at a time asks for a token.
        var isAsking = false
        var isStopping = false
        var working = 0
    }

    private let state = Monitor(State())
    private let own: any BlockCompressor
    private let tokens: any TokenSource
    private var threads: [WorkerThread] = []
    private var submitted = 0
    private var placed = 0
    private let window: Int

    init(workers: Int, tokens: any TokenSource, compressor: @escaping () -> any BlockCompressor) {
        own = compressor()
        self.tokens = tokens
        // Three blocks a worker: one in work, one waiting, one done behind a slower one.
        window = workers > 1 ? 3 * workers : 1
        let state = state
        for _ in 1..<max(1, workers) {
            guard let thread = WorkerThread({ Self.work(state, tokens, compressor()) }) else { break }
            threads.append(thread)
        }
    }

    /// The number of blocks that threads other than the caller's compress now, and so the number of tokens
    /// held.
    var tokensHeld: Int { state.update { $0.working } }

    /// Takes a block, and places those that are done.
    func submit(_ block: PendingBlock, place: Place) throws(PackError) {
        let number = submitted
        submitted += 1
        state.update { $0.waiting.append((number, block)) }
        while submitted - placed >= window { try advance(place) }
    }

    /// Places everything that was submitted.
    func finish(place: Place) throws(PackError) {
        while placed < submitted { try advance(place) }
    }

    /// Places the next block, or compresses one, or waits for the next.
    private func advance(_ place: Place) throws(PackError) {
        let next = placed
        let step: Step = state.wait { state in
            if let done = state.done.removeValue(forKey: next) { return .place(done.block, done.compressed) }
            guard !state.waiting.isEmpty else { return nil }
            let job = state.waiting.removeFirst()
            return .compress(job.number, job.block)
        }
        switch step {
        case .place(let block, let compressed):
            placed += 1
            try place(block, compressed)
        case .compress(let number, let block):
            let compressed = own.compress(block.bytes)
            state.update { $0.done[number] = (block, compressed) }
        }
    }

    /// Lets every thread finish its block and return its token.
    ///
    /// To be called on every way out.
    func stop() {
        state.update {
            $0.isStopping = true
            $0.waiting = []
        }
        for thread in threads { thread.join() }
        threads = []
    }

    private static func work(
        _ state: Monitor<State>,
        _ tokens: any TokenSource,
        _ compressor: any BlockCompressor
    ) {
        while true {
            let mayAsk = state.wait { state -> Bool? in
                if state.isStopping { return false }
                guard !state.waiting.isEmpty, !state.isAsking else { return nil }
                state.isAsking = true
                return true
            }
            guard mayAsk else { return }
            let token = tokens.acquire()
            let hasToken = token != nil
            let job = state.update { state in
                state.isAsking = false
                let job = hasToken && !state.waiting.isEmpty ? state.waiting.removeFirst() : nil
                if job != nil { state.working += 1 }
                return job
            }
            if let job {
                let compressed = compressor.compress(job.block.bytes)
                state.update {
                    $0.done[job.number] = (job.block, compressed)
                    $0.working -= 1
                }
            }
            _ = consume token
        }
    }
}
