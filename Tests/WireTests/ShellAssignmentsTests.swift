import Testing

@testable import Wire

@Suite struct ShellAssignmentsTests {
    @Test(
        arguments: [
            ("A=b", "b"), ("A=\"b c\" # d", "b c"), ("A='$x \\'", "$x \\"), ("# A=no\nA=yes", "yes"),
            ("B=1\nA=\"${B} $B\"", "1 1"),
            ("A=\"b \\\n  c\"", "b   c"), ("A=\"b\n c\"", "b  c"), ("A=b\nA=c", "c"),
            ("A=b\nA+=\" c\"", "b c"), ("A=", ""),
            ("source /x\nexport Y\nA=b", "b"), ("export A=b", "b"), ("  export\tA=\"b c\"\n", "b c"),
            ("exportA=1\nA=b", "b"), ("A=\"open", "open"), ("A=\"$\"", "$"), ("A=\"${B\"", ""),
        ] as [(String, String)]
    )
    func aShellWouldSay(text: String, value: String) {
        #expect(ShellAssignments.read(text)["A"] == value)
    }

    @Test func aSourcedFileIsReadWhereItIsNamed() {
        let files = ["/b": "A=\"${A} b\"\nsource /c", "/c": "A+=' c'"]
        let text = "N=/b\nA=a\nsource \"${N}\" # or not\nA+=' d'\nsource /none\nsourced /b\n"
        #expect(ShellAssignments.read(text) { files[$0] ?? "" } == ["N": "/b", "A": "a b c d"])
    }

    @Test func aFileThatSourcesItselfComesToAnEnd() {
        let values = ShellAssignments.read("source /a\nB=1") { _ in "A=1\nsource /a\n" }
        #expect(values == ["A": "1", "B": "1"])
    }

    @Test func noNameIsNoAssignment() {
        #expect(ShellAssignments.read("=x\n-A=b\n  \n").isEmpty)
    }
}
