internal import TestKit
internal import Testing

@testable import Packing

@Suite struct ZstandardTests {
    /// Words of a small vocabulary.
    private func text(_ count: Int) -> [UInt8] {
        var generator = SeededGenerator(seed: 7)
        var bytes: [UInt8] = []
        while bytes.count < count {
            bytes += Array("word\(Int.random(in: 0..<2_000, using: &generator)) ".utf8)
        }
        return Array(bytes.prefix(count))
    }

    private func noise(_ count: Int) -> [UInt8] {
        var generator = SeededGenerator(seed: 8)
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    @Test(arguments: [3, 18, 22], [1_000, 65_535, 65_536, 65_537, 262_144])
    func comesBackWhateverTheLesson(level: Int, count: Int) throws {
        let text = text(count)
        for lesson in [65_536, .max] {
            let compressor = ZstandardCompressor(level: level, lesson: lesson)
            // A block that does not shrink leaves nothing behind in the memory that the compressor uses
            // again, neither before the text nor between.
            for _ in 0..<2 {
                #expect(compressor.compress(noise(count)) == nil)
                let compressed = try #require(compressor.compress(text))
                #expect(ZstandardDecompressor().decompress(compressed, limit: count) == text)
                #expect(ZstandardDecompressor().decompress(compressed, limit: count - 1) == nil)
            }
        }
    }

    @Test func aLessonIsForTheLevelsThatLearn() {
        let text = text(262_144)
        for (level, matters) in [(1, false), (17, false), (18, true), (19, true)] {
            let short = ZstandardCompressor(level: level, lesson: 65_536).compress(text)
            #expect((short != ZstandardCompressor(level: level).compress(text)) == matters, "level \(level)")
        }
    }
}
