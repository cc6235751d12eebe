internal import Testing

@testable import Wire

@Suite struct EscapingTests {
    /// Scalars that form one Character with the scalar before or behind them, so that a search by Characters
    /// does not find that scalar: a mark, a joiner, a letter such as U+0D4E that begins a syllable.
    private static let joiners = (0x80...0x1_FFFF).compactMap(Unicode.Scalar.init).filter {
        "\($0)<".count == 1 || "<\($0)".count == 1
    }

    private static let hostile = joiners.map { "\($0)<\($0)>\($0)&\($0)\"\($0)'\($0)\\\($0)`\($0)\n\($0)" }
        .joined()

    /// How often a scalar occurs in a text.
    private func count(_ scalar: Unicode.Scalar, in text: String) -> Int {
        text.unicodeScalars.count { $0 == scalar }
    }

    @Test func thereAreScalarsThatJoinOnEitherSide() {
        #expect(Self.joiners.count > 1_000)
        #expect(Self.joiners.contains("\u{0D4E}"))
        #expect(Self.joiners.contains("\u{301}"))
    }

    @Test func noNeighbourHidesATag() {
        let html = Escaping.html(Self.hostile)
        #expect(count("<", in: html) == 0 && count(">", in: html) == 0)
        #expect(count("\"", in: html) == 0 && count("'", in: html) == 0)
        #expect(html.unicodeScalars.count { $0 == "&" } == 5 * Self.joiners.count)
    }

    @Test func noNeighbourHidesTheEndOfAScript() throws {
        var json = JSONWriter(inPage: true)
        json.text(Self.hostile)
        let script = String(decoding: json.bytes, as: UTF8.self)
        for scalar: Unicode.Scalar in ["<", ">", "&", "\n", "\u{2028}"] {
            #expect(count(scalar, in: script) == 0)
        }
        #expect(try ControlCoding.message([String].self, from: Array("[\(script)]".utf8)) == [Self.hostile])
    }

    @Test func noNeighbourHidesAQuoteFromAShell() {
        let text = Escaping.exports([
            "B": Array("it's $HOME `x`\n\\".utf8) + [0xFF], "A": Array("fifo:/é".utf8), "C": nil,
        ])
        let lines = "export A='fifo:/é'\nexport B='it'\\''s $HOME `x`\n\\"
        #expect(text == Array(lines.utf8) + [0xFF] + Array("'\nunset C\n".utf8))
        for joiner in Self.joiners {
            let word = Escaping.shell(Array("\(joiner)'\(joiner)".utf8))
            #expect(word == Array("'\(joiner)'\\''\(joiner)'".utf8))
        }
    }

    @Test func noNeighbourHidesAQuoteFromPrometheus() {
        for joiner in Self.joiners where "\(joiner)".printable == "\(joiner)" {
            let label = Escaping.prometheus("\(joiner)\"\(joiner)\\")
            #expect(Array(label.utf8) == Array("\"\(joiner)\\\"\(joiner)\\\\\"".utf8))
        }
    }

    @Test func aTerminalAndALogGetOneLine() {
        let line = Self.hostile.printable
        for scalar: Unicode.Scalar in ["\n", "\u{1B}", "\u{9B}", "\u{202E}", "\u{2028}"] {
            #expect(count(scalar, in: line) == 0)
            #expect("\u{0D4E}\(scalar)\u{301}".printable == "\u{0D4E}?\u{301}")
        }
    }

    /// Text that a shell would evaluate is refused, whatever stands beside it.
    @Test func noNeighbourHidesWhatAShellWouldDo() {
        for joiner in Self.joiners {
            for value in [
                "\"\(joiner)`id`\"", "\"\(joiner)$(id)\"", "\(joiner)`\(joiner)id`", "\(joiner);\(joiner)id",
            ] {
                #expect(throws: SettingError.self) {
                    try SettingsFile.parse("STEVE_USER=\(value)\n", path: "/f")
                }
            }
        }
    }
}
