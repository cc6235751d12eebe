import Linux
import TestKit
import Testing

@Suite struct HeapTests {
    /// A program that goes on fetches back the code that it still uses, which is less than it had before.
    ///
    /// The test runs in a process of its own: other tests would fetch their code back before it is counted.
    @Test func whatOnlyTheStartHasUsedGoes() async {
        await #expect(processExitsWith: .success) {
            let before = try codeInMemory()
            Heap.forgetStart()
            let after = try codeInMemory()
            #expect(after < before / 2, "\(after) of \(before) KiB")
        }
    }
}

/// How many KiB of the programs' code this process has in memory.
private func codeInMemory() throws -> Int {
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
