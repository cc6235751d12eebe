import Linux
import TestKit
import Testing

@Suite struct HeapTests {
    /// KiB of the programs' code that this process has in memory.
    private func code() throws -> Int {
        let text = String(decoding: try readWhole("/proc/self/smaps", limit: 1 << 22), as: UTF8.self)
        var (sum, isCode) = (0, false)
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count >= 6, words[1] == "r-xp" { isCode = words[5].hasPrefix("/") }
            if words.count == 5, words[1] != "r-xp" { isCode = false }
            if isCode, words[0] == "Rss:" { (sum, isCode) = (sum + (Int(words[1]) ?? 0), false) }
        }
        return sum
    }

    /// A program that goes on has its code again, and less of it than before.
    ///
    /// Other tests run in this process at the same time, and fetch code of theirs back before it is counted:
    /// so it is tried again.
    @Test func whatOnlyTheStartHasUsedGoes() throws {
        let before = try code()
        let isLess = try (0..<200).contains { _ in
            Heap.forgetStart()
            return try code() < before / 2
        }
        #expect(isLess, "of \(before) KiB")
    }
}
