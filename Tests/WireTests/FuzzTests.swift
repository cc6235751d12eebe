internal import TestKit
internal import Testing

@testable import Wire

/// Whatever others write, the answer is a value or an error, never a trap.
@Suite struct FuzzTests {
    private static let seeds: [UInt64] = [1, 2, 3, 4]

    /// A text with many of the characters that have a meaning in our grammars.
    private func text(_ generator: inout SeededGenerator) -> String {
        let pieces = [
            "--", "-", "j", "8", " ", "\\", "$", "=", "--jobserver-auth", "fifo:/dev/x", "\t", "k", "n", "\n",
            "\r\n", "\"",
            "'", "#", "STEVE_JOBS", "STEVE_LINGER", "nan", "1e999", "é", "\u{301}", "\0", "{", "}", "\"id\":",
            "\"do\":",
            "\"set\"", ",", "[", "9999999999999999999",
        ]
        return (0..<Int.random(in: 0...24, using: &generator)).map { _ in
            pieces.randomElement(using: &generator) ?? ""
        }.joined()
    }

    @Test(arguments: seeds)
    func makeFlagsAlwaysJoin(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<1_000 {
            let caller = text(&generator)
            let joined = MakeFlags(caller).joining(path: "/dev/steve")
            #expect(MakeFlags(joined).names(path: "/dev/steve"), "seed \(seed): \(caller.debugDescription)")
            #expect(
                MakeFlags(joined).joining(path: "/dev/steve") == joined,
                "seed \(seed): \(caller.debugDescription)"
            )
        }
    }

    @Test(arguments: seeds)
    func settingsFilesAndRequestsAreReadOrRefused(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<1_000 {
            let text = text(&generator)
            let file = (try? SettingsFile.parse(text, path: "/f")) ?? []
            _ = try? Settings.merge(cpus: 4, file: file)
            _ = try? Settings(cpus: 4).changing(["jobs": text, "linger": text])
            _ = try? ControlCoding.request(from: Array(text.utf8))
            _ = DeviceName(text)
            _ = CommandChain(["sudo", text, "env", text, "emerge"])
            _ = Launch(
                command: ["make", text],
                environment: ["NINJAOPTS": Array(text.utf8), "MAKEFLAGS": Array(text.utf8)],
                path: "/p",
                keepsJobs: false
            )
        }
    }

    @Test(arguments: seeds)
    func bytesOfAnyKindAreSplitWithinTheLimit(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            var buffer = LineBuffer(limit: 32)
            var isGood = true
            for _ in 0..<20 where isGood {
                buffer.append(
                    (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                        UInt8.random(in: 8...12, using: &generator)
                    }
                )
                do throws(ControlError) {
                    while let line = try buffer.next() {
                        #expect(line.count <= 32)
                    }
                    #expect(buffer.count <= 32)
                } catch {
                    isGood = false
                }
            }
        }
    }
}
