internal import TestKit
internal import Testing

@testable import Squashfs

/// A trap would end the whole test run: reaching the end is the proof.
@Suite struct BrokenImageTests {
    @Test(arguments: 0..<8 as Range<UInt64>) func flippedBitsNeverCrashTheReader(seed: UInt64) throws {
        let whole = try SampleImage.whole.get()
        var random = SeededGenerator(seed: seed)
        var refused = 0
        for _ in 0..<60 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                // Half of the flips hit the superblock and the tables' ends, where the numbers are.
                let near = Bool.random(using: &random) ? 0..<96 : 0..<bytes.count
                bytes[Int.random(in: near, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            do { try SampleImage.readAll(bytes) } catch { refused += 1 }
        }
        #expect(refused > 20, "damage is found")
    }

    @Test func everyShorterImageIsRefused() throws {
        let whole = try SampleImage.whole.get()
        for length in stride(from: 0, to: whole.count, by: 97) {
            #expect(throws: ImageError.self) { try SampleImage.readAll(Array(whole[..<length])) }
        }
    }

    @Test(arguments: [8, 16, 26, 32, 40, 48, 56, 64, 72, 80, 88])
    func hugeNumbersInTheSuperblockAreRefusedOrHarmless(
        offset: Int
    ) throws {
        for value in [0x7F, 0x80, 0xFF] as [UInt8] {
            var bytes = try SampleImage.whole.get()
            for index in offset..<min(offset + 8, 96) { bytes[index] = value }
            _ = try? SampleImage.readAll(bytes)
        }
    }

    @Test func noiseIsNoImage() throws {
        var random = SeededGenerator(seed: 1)
        for length in [0, 1, 95, 96, 5000] {
            let noise = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(throws: ImageError.self) { try SampleImage.readAll(noise) }
        }
    }
}
