import Glibc
import TestKit

// Counts what a session allocates for each request once it is warm, and ends with 1 when that is not exactly
// what libfuse allocates itself: one block a request, and one more for a poll that wants to be told.
let rounds = 1000
var failed = false
for kind in FakeKernel.Kind.allCases {
    for exchange in Exchange.allCases {
        let bench = try Bench(kind)
        try bench.run(exchange, times: 100)
        let allocations = try bench.run(exchange, times: rounds)
        let expected = exchange.blocksOfLibfuse * rounds
        print(
            "\(kind), \(exchange.rawValue): \(allocations) allocations in \(rounds) rounds, libfuse's are \(expected)"
        )
        failed = failed || allocations != expected
    }
}
exit(failed ? 1 : 0)
