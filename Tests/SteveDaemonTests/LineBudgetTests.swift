import Jobserver
import Testing

@testable import SteveDaemon

/// How often one user can make the daemon write a line.
@Suite struct LineBudgetTests {
    private func time(_ seconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: Int64(seconds * 1e9))
    }

    @Test func aBurstThenOneASecondAndWhatIsLeftOutIsCounted() {
        var budget = LineBudget()
        for _ in 0..<10 { #expect(budget.take(7, at: time(0)) == 0) }
        for _ in 0..<500 { #expect(budget.take(7, at: time(0.5)) == nil) }
        #expect(budget.take(7, at: time(1.2)) == 500)
        #expect(budget.take(7, at: time(1.2)) == nil)
        #expect(budget.take(7, at: time(1_000)) == 1)
    }

    @Test func othersAndRootAreNotHindered() {
        var budget = LineBudget()
        for _ in 0..<100 { _ = budget.take(7, at: time(0)) }
        #expect(budget.take(8, at: time(0)) == 0)
        for _ in 0..<100 { #expect(budget.take(0, at: time(0)) == 0) }
    }
}
