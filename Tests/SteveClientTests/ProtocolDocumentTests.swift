internal import Linux
internal import Testing

@testable import Wire

/// The lines of docs/protocol.md are what the programs say.
@Suite struct ProtocolDocumentTests {
    private static func lines(of speaker: String) throws -> [[UInt8]] {
        let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let text = String(
            decoding: try readWhole("/\(folder)/docs/protocol.md", limit: 1 << 20),
            as: UTF8.self
        )
        let prefix = "    \(speaker): "
        return text.split(separator: "\n").filter { $0.hasPrefix(prefix) }.map {
            Array($0.utf8.dropFirst(prefix.utf8.count))
        }
    }

    @Test func everyRequestIsOne() throws {
        let lines = try Self.lines(of: "C")
        for line in lines {
            #expect(ControlCoding.line(try ControlCoding.request(from: line)) == line + [10])
        }
        let actions = try lines.map { try ControlCoding.request(from: $0).action }
        for action in [.ping, .status, .get, .register(slot: true)] as [ControlRequest.Action] {
            #expect(actions.contains(action))
        }
    }

    @Test func everyReplyIsOne() throws {
        let lines = try Self.lines(of: "S")
        let greeting = try ControlCoding.message(ControlGreeting.self, from: try #require(lines.first))
        #expect(ControlCoding.line(greeting) == (lines.first ?? []) + [10])
        for line in lines.dropFirst() {
            let reply = try ControlCoding.message(ControlReply.self, from: line)
            #expect(ControlCoding.line(reply) == line + [10], "\(String(decoding: line, as: UTF8.self))")
        }
        #expect(try lines.contains { try ControlCoding.message(ControlReply.self, from: $0).status != nil })
    }

    @Test func theRefusalThatIsShownIsTheRealOne() throws {
        let error = try #require(throws: SettingError.self) {
            try Settings(cpus: 32).changing(["jobs": "none"])
        }
        let shown = try Self.lines(of: "S").compactMap {
            try ControlCoding.message(ControlReply.self, from: $0).error
        }
        #expect(shown == ["\(error)"])
    }
}
