internal import Linux
internal import Testing

@testable import Wire

/// The lines of docs/protocol.md are those that the programs send.
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
            #expect(try Self.wholes(of: line).count == 1, "\(String(decoding: line, as: UTF8.self))")
        }
        #expect(try lines.contains { try Self.wholes(of: $0) == ["Status"] })
    }

    /// The answer types that keep the whole line: decoded and encoded again, it is the same line.
    private static func wholes(of line: [UInt8]) throws -> [String] {
        func reads<Answer: ControlAnswering>(_ type: Answer.Type) -> Bool {
            let reply = try? ControlCoding.message(ControlReply<Answer>.self, from: line)
            return reply.map { ControlCoding.line($0) == line + [10] } ?? false
        }
        // A refusal and a "waiting" carry no answer, and are the same for all types.
        guard !reads(ControlAnswer.Done.self) else { return ["Done"] }
        let types: [any ControlAnswering.Type] = [
            ControlAnswer.Registered.self, ControlAnswer.Values.self, ControlAnswer.Change.self,
            ControlAnswer.Status.self, ControlAnswer.Trace.self, ControlAnswer.Events.self,
            ControlAnswer.Processes.self, ControlAnswer.Sizes.self,
        ]
        return types.filter { reads($0) }.map { "\($0)" }
    }

    @Test func theRefusalThatIsShownIsTheRealOne() throws {
        let error = try #require(throws: SettingError.self) {
            try Settings(cpus: 32).changing(["jobs": "none"])
        }
        let shown = try Self.lines(of: "S").compactMap { line -> String? in
            let reply = try ControlCoding.message(ControlReply<ControlAnswer.Done>.self, from: line)
            return if case .failed(let why) = reply.outcome { why } else { nil }
        }
        #expect(shown == ["\(error)"])
    }
}
