internal import Linux
internal import TestKit
internal import Testing

@Suite struct EnvironmentEntriesTests {
    @Test func aVariableIsSetInPlaceOfItsFormerValueAndTheRestStays() {
        let entries = Environment.entries(setting: [
            "PATH": Array("/x".utf8), "STEVE_NEW": Array("a=b".utf8), "STEVE_GONE": nil,
        ])
        #expect(entries.count { $0.starts(with: Array("PATH=".utf8)) } == 1)
        #expect(entries.contains(Array("PATH=/x".utf8)))
        #expect(entries.contains(Array("STEVE_NEW=a=b".utf8)))
        #expect(entries.count == Environment.entries.count + 1)
    }

    @Test func aLinkSaysWhereItLeads() throws {
        #expect(try linkTarget("/proc/self/exe").hasPrefix("/"))
    }

    @Test func aFileIsNoTerminal() throws {
        let folder = try TemporaryFolder()
        let pipe = try NamedPipe(makingAt: folder.path("pipe"), mode: 0o600)
        #expect(Terminal.width(of: pipe.raw) == nil)
    }
}
