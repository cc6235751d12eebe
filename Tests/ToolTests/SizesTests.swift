internal import Glibc
internal import Linux
internal import TestKit
internal import Testing

@testable import Wire

/// What the daemon has learnt of jobs outlives it, whatever ended it.
@Suite(.serialized, .enabled(if: RunningSteve.backends.contains("fuse"), "needs root and /dev/fuse"))
struct SizesTests {
    private let shop: Workshop

    init() throws { shop = try Workshop() }

    private func daemon() throws -> Workshop.Running {
        let words = [
            "--dev-name", shop.device, "--backend", "fuse", "--jobs", "2", "--min-memory-avail", "1",
        ]
        let state = ["STEVE_STATE_DIR": shop.folder.path("state")]
        let daemon = try shop.start([Workshop.program("steve")] + words, environment: state)
        #expect(try shop.eventually { try shop.status() != nil })
        return daemon
    }

    private func sizes(_ words: [String] = []) throws -> Workshop.Outcome {
        try shop.run([Workshop.program("stevectl"), "sizes", "--device", shop.device] + words)
    }

    private func learnt() throws -> [JobSize] {
        try ControlCoding.message([JobSize].self, from: Array(try sizes(["--json"]).output.utf8))
    }

    private func build() throws {
        let targets = (0..<10).map { "t\($0)" }.joined(separator: " ")
        try shop.folder.write("all: \(targets)\n\(targets):\n\t@sleep 0.7; true\n", to: "Makefile")
        let make = ["make", "-f", shop.folder.path("Makefile")]
        let words = [try Workshop.program("with-steve"), "--dev-name", shop.device, "--"] + make
        #expect(try shop.run(words).end == .exited(0))
    }

    private func end(_ daemon: Workshop.Running, by signal: CInt) throws {
        if signal == SIGKILL {
            try shop.killDaemon()
        } else {
            try ProcessDescriptor(daemon.pid).signal(signal)
        }
        _ = try shop.wait(daemon)
    }

    @Test(.needsMake, arguments: [SIGTERM, SIGKILL]) func theyOutliveTheDaemon(signal: CInt) throws {
        let first = try daemon()
        #expect(try learnt().isEmpty)
        #expect(try sizes().output.contains("no job has been looked at"))
        try build()
        let before = try learnt()
        #expect(before.contains { $0.command == nil && $0.package == nil && $0.jobs > 0 })
        try end(first, by: signal)
        let second = try daemon()
        let after = try learnt()
        // A kill may lose what was learnt in the last minute.
        if signal == SIGTERM { #expect(after == before) } else { #expect(!after.isEmpty) }
        #expect(try sizes().output.contains("EXPECTED MIB"))
        #expect(try sizes(["--forget"]).end == .exited(0))
        #expect(try learnt().isEmpty)
        try end(second, by: SIGTERM)
        let third = try daemon()
        #expect(try learnt().isEmpty)
        try end(third, by: SIGTERM)
    }

    /// The daemon ended in the middle of a write: the former file is whole.
    @Test(.needsMake) func aHalfWrittenFileIsWhatItWasBefore() throws {
        let file = "state/\(shop.device).sizes"
        let first = try daemon()
        try build()
        try end(first, by: SIGTERM)
        var bytes = try readWhole(shop.folder.path(file), limit: 1 << 22)
        let slots = [0, 1 << 20].filter { bytes.count > $0 && bytes[$0] == UInt8(ascii: "s") }
        try #require(slots.count == 2)
        for slot in slots {
            let index = slot + 60
            bytes[index] ^= 1
            try NewFile(shop.folder.path(file)).write(bytes)
            bytes[index] ^= 1
            let second = try daemon()
            #expect(try !learnt().isEmpty)
            try end(second, by: SIGKILL)
        }
    }

    @Test func aBrokenFileIsALineInTheLogAndAFreshStart() throws {
        try SafeFolder(shop.folder.path("state"), mode: 0o755).make()
        try shop.folder.write("nonsense\n", to: "state/\(shop.device).sizes")
        let first = try daemon()
        #expect(try learnt().isEmpty)
        try ProcessDescriptor(first.pid).signal(SIGTERM)
        let outcome = try shop.wait(first)
        #expect(outcome.end == .exited(0))
        #expect(
            outcome.errors.contains("has no sizes of jobs that this version can read"),
            "\(outcome.errors)"
        )
    }
}
