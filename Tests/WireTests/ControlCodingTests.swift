internal import Testing

@testable import Wire

@Suite struct ControlCodingTests {
    private func text(_ message: some JSONWritable) -> String {
        String(decoding: ControlCoding.line(message), as: UTF8.self)
    }

    @Test(arguments: [
        (ControlRequest(id: 1, .ping), #"{"do":"ping","id":1}"#),
        (ControlRequest(id: 2, .status), #"{"do":"status","id":2}"#),
        (ControlRequest(id: 3, .get), #"{"do":"get","id":3}"#),
        (ControlRequest(id: 4, .set(["jobs": "24"])), #"{"do":"set","id":4,"values":{"jobs":"24"}}"#),
        (ControlRequest(id: 5, .register(slot: true)), #"{"do":"register","id":5,"slot":true}"#),
        (
            ControlRequest(id: 6, .limit(["jobs": "5"], pid: nil)),
            #"{"do":"limit","id":6,"values":{"jobs":"5"}}"#
        ),
        (
            ControlRequest(id: 7, .limit(["jobs": "5"], pid: 42)),
            #"{"do":"limit","id":7,"pid":42,"values":{"jobs":"5"}}"#
        ),
        (ControlRequest(id: 10, .drop(pid: 42)), #"{"do":"drop","id":10,"pid":42}"#),
        (ControlRequest(id: 10, .drop(pid: nil)), #"{"do":"drop","id":10}"#),
        (ControlRequest(id: 8, .watch(WaitCondition(free: 4))), #"{"do":"watch","free":4,"id":8}"#),
        (ControlRequest(id: 9, .watch(WaitCondition(idle: true))), #"{"do":"watch","id":9,"idle":true}"#),
    ])
    func requestsLookAsDocumentedAndReadBack(request: ControlRequest, line: String) throws {
        #expect(text(request) == line + "\n")
        #expect(try ControlCoding.request(from: Array(line.utf8)) == request)
    }

    @Test func repliesLookAsDocumented() {
        #expect(text(ControlReply.done(1)) == #"{"id":1,"ok":true}"# + "\n")
        #expect(text(ControlReply.waiting(1)) == #"{"id":1,"waiting":true}"# + "\n")
        #expect(text(ControlReply.failed(nil, "no")) == #"{"error":"no","ok":false}"# + "\n")
        let registered = ControlReply(2, ControlAnswer.Registered(path: "/dev/steve", backend: .cuse))
        #expect(text(registered) == #"{"backend":"cuse","id":2,"ok":true,"path":"/dev/steve"}"# + "\n")
        let changed = ControlReply(3, ControlAnswer.Change(old: ["jobs": "8"], new: ["jobs": "9"]))
        #expect(text(changed) == #"{"id":3,"new":{"jobs":"9"},"ok":true,"old":{"jobs":"8"}}"# + "\n")
    }

    /// A later daemon may say more and an earlier one less: the reader ignores what it does not know.
    @Test(
        arguments: [
            (#"{"id":1,"ok":true,"later":[1]}"#, .done(.init())), (#"{"id":1}"#, .unknown),
            (#"{"id":1,"waiting":true,"place":3}"#, .waiting), (#"{"id":1,"progress":0.5}"#, .unknown),
            (#"{"id":1,"ok":false}"#, .failed("the daemon refused without a reason")),
            (#"{"id":1,"busy":true,"error":"full","ok":false}"#, .busy("full")),
        ] as [(String, ControlReply<ControlAnswer.Done>.Outcome)]
    )
    func aReplyOfAnotherVersionIsUnderstood(
        line: String,
        outcome: ControlReply<ControlAnswer.Done>.Outcome
    ) throws {
        let reply = try ControlCoding.message(
            ControlReply<ControlAnswer.Done>.self,
            from: Array(line.utf8)
        )
        #expect(reply == ControlReply(1, outcome))
    }

    /// A reader does not take one request's answer for another's.
    @Test func anAnswerOfAnotherTypeIsAnError() {
        let line = ControlCoding.line(ControlReply(1, ControlAnswer.Values(["jobs": "8"])))
        let error = #expect(throws: ControlError.self) {
            try ControlCoding.message(ControlReply<ControlAnswer.Trace>.self, from: line)
        }
        #expect("\(error, default: "")".contains("\"trace\" is missing"))
    }

    @Test func unknownFieldsAreIgnored() throws {
        let line = Array(#"{"id":9,"do":"ping","later":[1,{"x":null}]}"#.utf8)
        #expect(try ControlCoding.request(from: line) == ControlRequest(id: 9, .ping))
    }

    @Test(
        arguments: [
            (#"{"id":7,"do":"dance"}"#, 7),
            (#"{"id":7,"do":"set"}"#, 7),
            (#"{"id":7,"do":"set","values":{"jobs":24}}"#, 7),
            (#"{"id":7,"do":"register","slot":1}"#, 7),
            (#"{"id":7}"#, 7),
            (#"{"id":"7","do":"ping"}"#, nil),
            (#"{"id":7.5,"do":"ping"}"#, nil),
            (#"{"id":99999999999999999999,"do":"ping"}"#, nil),
            (#"{"do":"ping"}"#, nil),
            ("[]", nil),
            ("", nil),
            ("{", nil),
            ("GET / HTTP/1.1", nil),
            (String(repeating: "[", count: 60_000), nil),
        ] as [(String, Int?)]
    )
    func aBadRequestIsAnErrorUnderItsIDWhereItHasOne(line: String, id: Int?) throws {
        let error = try #require(throws: ControlError.self) {
            try ControlCoding.request(from: Array(line.utf8))
        }
        #expect(error.id == id)
        #expect(!"\(error)".contains("\n"))
    }

    @Test(arguments: [
        ("[]", "it is no object"), ("null", "it is no object"), ("{", "it is not JSON"),
        (#"{"id":7.5,"do":"ping"}"#, "or a number in it does not fit"),
        (#"{"id":7,"do":"limit","pid":3000000000,"values":{}}"#, "or a number in it does not fit"),
    ])
    func whatIsWrongIsSaid(line: String, why: String) throws {
        let error = try #require(throws: ControlError.self) {
            try ControlCoding.request(from: Array(line.utf8))
        }
        #expect("\(error)".contains(why), "\(error)")
    }

    @Test func invalidBytesAreAnError() {
        #expect(throws: ControlError.self) { try ControlCoding.request(from: [0xFF, 0x00, 0x7B]) }
    }

    @Test func aFullStatusReadsBack() throws {
        var report = StatusReport(path: "/dev/steve", backend: .cuse, limit: 8)
        report.load = .init(oneMinute: 33.1, limit: 32)
        report.gate = .init(open: false, rule: "load", text: "held back by load: 33.1, limit 32")
        report.holders = [
            .init(
                pid: 4,
                command: "make \"x\"\n\u{1B}[2J",
                tokens: 3,
                since: 1.5,
                build: "dev-qt/qtbase-6.9.0"
            )
        ]
        report.waiters = [.init(pid: 5, command: "ninja", requests: 1, since: 0.25, kind: .poll)]
        report.users = [.init(pid: 6, command: "emerge", slot: true)]
        let line = ControlCoding.line(ControlReply(1, ControlAnswer.Status(report)))
        #expect(line.last == 10)
        #expect(line.dropLast().contains(10) == false)
        let reply = try ControlCoding.message(
            ControlReply<ControlAnswer.Status>.self,
            from: Array(line.dropLast())
        )
        #expect(reply == ControlReply(1, ControlAnswer.Status(report)))
    }

    @Test func theGreetingCarriesWhereTheTokensAre() {
        let greeting = ControlGreeting(path: "/dev/steve", backend: .fifo)
        #expect(
            text(greeting)
                == #"{"backend":"fifo","path":"/dev/steve","protocol":1,"steve":"\#(Version.number)"}"# + "\n"
        )
    }

    /// JSON allows U+0080 to U+009F in a text, and a terminal takes U+009B for the head of a command.
    @Test func nothingThatSteersATerminalStandsInALine() throws {
        let text = "a\u{9B}31mb\u{7F}c\u{85}\u{1B}\u{A0}ü"
        var report = StatusReport(path: text, backend: .cuse, limit: 1)
        report.gate.text = text
        let (failure, status) = (ControlReply.failed(1, text), ControlReply(7, ControlAnswer.Status(report)))
        let lines = [ControlCoding.line(failure), ControlCoding.line(status)]
        for line in lines {
            let scalars = String(decoding: line.dropLast(), as: UTF8.self).unicodeScalars
            #expect(!scalars.contains { $0.properties.generalCategory == .control })
        }
        #expect(try ControlCoding.message(type(of: failure), from: lines[0]) == failure)
        #expect(try ControlCoding.message(type(of: status), from: lines[1]) == status)
    }
}
