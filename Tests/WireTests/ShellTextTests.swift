internal import Testing

@testable import Wire

@Suite struct ShellTextTests {
    @Test func aShellReadsBackWhatWasMeant() {
        let text = ShellText.exports(["B": "it's $HOME `x`\n\\", "A": " --jobserver-auth=fifo:/dev/steve"])
        #expect(text == "export A=' --jobserver-auth=fifo:/dev/steve'\nexport B='it'\\''s $HOME `x`\n\\'\n")
        #expect(ShellText.quote("'\u{301}") == "''\\''\u{301}'")
    }
}
