internal import Testing

@testable import Wire

@Suite struct ShellTextTests {
    @Test func aShellReadsBackWhatWasMeant() {
        let text = ShellText.exports([
            "B": Array("it's $HOME `x`\n\\".utf8) + [0xFF], "A": Array("fifo:/é".utf8), "C": nil,
        ])
        let lines = "export A='fifo:/é'\nexport B='it'\\''s $HOME `x`\n\\"
        #expect(text == Array(lines.utf8) + [0xFF] + Array("'\nunset C\n".utf8))
        #expect(ShellText.quote("'\u{301}") == "''\\''\u{301}'")
    }
}
