import Testing

@testable import Jobserver

/// Random interleavings of all events, from seeds: each answer and effect is the one that the naive pool
/// foretold, and the pool mints no token, loses none and forgets no waiter.
@Suite struct StormTests {
    #if DEBUG
        private let seeds: UInt64 = 3
    #else
        private let seeds: UInt64 = 100
    #endif

    @Test(arguments: StormShape.all)
    func everyPromiseHoldsAfterEveryStep(shape: StormShape) {
        for seed in 1...seeds {
            let storm = Storm(shape, seed: seed)
            let fault = storm.run(steps: 1000)
            #expect(fault == nil)
        }
    }

    /// A pool that is rebuilt from its records again and again keeps every promise, and serves in the same
    /// order.
    @Test(arguments: StormShape.all)
    func rebuiltPoolGoesOnAsForetold(shape: StormShape) {
        for seed in 1...seeds {
            let storm = Storm(shape, seed: seed)
            storm.stepsToRebuilding = 1 + Int(seed * 7 % 23)
            let fault = storm.run(steps: 1000)
            #expect(fault == nil)
        }
    }
}
