import Glibc
import TestKit

// Counts what a warm session allocates for each request. Ends with 1 unless that is exactly what libfuse
// allocates itself: one block for each request, and one more for a poll that asks for a notification.
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
