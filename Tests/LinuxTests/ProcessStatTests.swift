internal import Linux
internal import Testing

@Suite struct ProcessStatTests {
    /// The rest of a line that this kernel wrote, after the name.
    static let rest = """
        S 1 4711 4712 34816 4713 4194304 1083 2764 0 1 0 0 0 0 20 0 1 0 27466 8601600 1297 \
        18446744073709551615 94 94 140 0 0 0 65536 4 65538 1 0 0 17 0 0 0 0 0 0 9 9 9 1 1 1 1 0\n
        """

    @Test(arguments: [
        ("4711 (bash) ", "bash"),
        ("4711 (tmux: server) ", "tmux: server"),
        ("4711 (a) S 2 3 4) ", "a) S 2 3 4"),
        ("4711 (a\n(b) R 1) ", "a?(b) R 1"),
        ("4711 ()) ", ")"),
        ("4711 () ", ""),
        ("4711 (k\u{e9}\u{9b}2J) ", "k\u{e9}?2J"),
    ])
    func theNameEndsAtTheLastBracket(head: String, name: String) throws {
        let stat = try #require(parse(head + Self.rest) { ProcessStat(parsing: $0) })
        #expect(stat.pid == 4711)
        #expect(stat.commandName == name)
        #expect(stat.state == "S")
        #expect(stat.parent == 1)
        #expect(stat.processGroup == 4711)
        #expect(stat.session == 4712)
        #expect(stat.startTime == 27466)
        #expect(stat.residentPages == 1297)
        #expect(parse(head + Self.rest) { ProcessStat.parent($0) } == 1)
    }

    @Test func brokenUTF8IsReplaced() throws {
        let line = Array("1 (".utf8) + [0xFF, 0x41] + Array(") \(Self.rest)".utf8)
        #expect(try #require(parse(line) { ProcessStat(parsing: $0) }).commandName == "\u{FFFD}A")
    }

    @Test(arguments: [
        "", "4711", "4711 (bash", "4711 bash) S 1", "x (bash) \(rest)", ")(", "4711 (bash) ",
        "4711 (bash) S 1 2 3",
        "4711 (bash) S 1 4711 4712 34816 -1 4194304 1083 2764 0 1 0 0 0 0 20 0 1 0 99999999999999999999 1 1 1",
    ])
    func aBrokenLineIsNoProcess(line: String) {
        #expect(parse(line) { ProcessStat(parsing: $0) } == nil)
    }

    @Test func aCutLineNeverTraps() {
        let line = Array("4711 (bash) \(Self.rest)".utf8)
        for length in 0...line.count {
            _ = parse(line[..<length]) { ProcessStat(parsing: $0) }
            _ = parse(line[..<length]) { ProcessStat.parent($0) }
        }
    }
}
