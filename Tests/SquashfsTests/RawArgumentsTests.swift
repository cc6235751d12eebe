internal import Testing

@testable import Packing

/// Words of the command line are bytes, whatever they mean as text.
@Suite struct RawArgumentsTests {
    @Test(arguments: [
        Array("--output=image".utf8), Array("--output=\u{301}image".utf8), Array("-o\u{301}".utf8),
        Array("--output=\u{FC}ber".utf8), Array("u\u{308}ber".utf8), Array("a\r\nb".utf8),
        [0x2D, 0x6F, 0xFC, 0x62], Array("\u{10FE80}".utf8),
    ]) func wordKeepsItsBytes(word: [UInt8]) {
        #expect(RawArguments.bytes(of: RawArguments.string(word)) == word)
    }

    /// The parser looks for characters, not for bytes.
    @Test func noMarkHidesTheSignBeforeAValue() {
        let word = RawArguments.string(Array("--output=\u{301}image".utf8))
        #expect(word.firstIndex(of: "=") != nil)
        #expect(RawArguments.string(Array("-\u{301}".utf8)).hasPrefix("-"))
    }
}
