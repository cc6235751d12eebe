internal import Glibc
internal import Linux
internal import SteveClient
internal import Synchronization
internal import TestKit
internal import Testing

@testable import Packing
@testable import Squashfs

/// Takes its time, and records how many blocks were compressed at the same time.
private final class SlowCompressor: BlockCompressor {
    static let running = Atomic(0)
    static let most = Atomic(0)

    func compress(_ block: [UInt8]) -> [UInt8]? {
        let now = Self.running.add(1, ordering: .relaxed).newValue
        _ = Self.most.max(now, ordering: .relaxed)
        usleep(block.first == 0 ? 4000 : 1000)
        Self.running.subtract(1, ordering: .relaxed)
        return [block.first ?? 0]
    }
}

@Suite(.serialized) struct BlockPressTests {
    /// How many tokens this process can take.
    private static func drained(_ jobserver: Jobserver) -> Int {
        guard let token = try? jobserver.tryAcquire() else { return 0 }
        let others = drained(jobserver)
        _ = consume token
        return others + 1
    }

    /// Presses 60 blocks; returns their numbers in the order in which they were placed.
    private func press(workers: Int, tokens: any TokenSource) throws -> [UInt8] {
        SlowCompressor.most.store(0, ordering: .relaxed)
        let press = BlockPress(workers: workers, tokens: tokens) { SlowCompressor() }
        defer { press.stop() }
        var placed: [UInt8] = []
        var area = DataArea(blockSize: 100, start: 96)
        _ = area.openFile()
        for number in 0..<60 as Range<UInt8> {
            try press.submit(area.addBlock([number])) { (_, bytes) throws(PackError) in placed += bytes ?? []
            }
        }
        try press.finish { (_, bytes) throws(PackError) in placed += bytes ?? [] }
        return placed
    }

    @Test(arguments: [1, 2, 5]) func blocksComeBackInTheirOrder(workers: Int) throws {
        #expect(try press(workers: workers, tokens: FreeTokens()) == Array(0..<60))
    }

    @Test func allThreadsWorkWhereNobodyIsAsked() throws {
        _ = try press(workers: 4, tokens: FreeTokens())
        #expect(2...4 ~= SlowCompressor.most.load(ordering: .relaxed))
    }

    @Test(arguments: [0, 1, 2]) func neverMoreThanTheTokensAndOneWork(tokens: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("tokens")
        // Safe: the path is lent for the call.
        #expect(unsafe mkfifo(path, 0o600) == 0)
        let pipe = try openReadWrite(path)
        try folder.write(String(repeating: "+", count: tokens), to: "tokens")
        let source = try JobserverTokens(Jobserver(path: path))
        #expect(try press(workers: 6, tokens: source) == Array(0..<60))
        #expect(SlowCompressor.most.load(ordering: .relaxed) <= tokens + 1)
        #expect(Self.drained(try Jobserver(path: path)) == tokens, "every token is back")
        _ = pipe.raw
    }

    @Test func failureReturnsEveryToken() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("tokens")
        // Safe: the path is lent for the call.
        #expect(unsafe mkfifo(path, 0o600) == 0)
        let pipe = try openReadWrite(path)
        try folder.write("++", to: "tokens")
        let press = BlockPress(workers: 3, tokens: try JobserverTokens(Jobserver(path: path))) {
            SlowCompressor()
        }
        var area = DataArea(blockSize: 100, start: 96)
        _ = area.openFile()
        #expect(throws: PackError.self) {
            defer { press.stop() }
            for number in 0..<60 as Range<UInt8> {
                try press.submit(area.addBlock([number])) { (_, _) throws(PackError) in throw .refused("full")
                }
            }
        }
        #expect(Self.drained(try Jobserver(path: path)) == 2)
        _ = pipe.raw
    }
}
