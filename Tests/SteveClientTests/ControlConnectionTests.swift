internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@testable import SteveClient
@testable import Wire

@Suite struct ControlConnectionTests {
    private static func line(_ request: ControlRequest, _ answer: some ControlAnswering) -> [UInt8] {
        ControlCoding.line(ControlReply(request.id, answer))
    }

    @Test func theGreetingTellsWhereTheTokensAre() throws {
        let daemon = try FakeDaemon()
        let connection = try ControlConnection(.steve, environment: daemon.environment)
        #expect(connection.path == "/dev/steve")
        #expect(connection.backend == .fifo)
        #expect(connection.version == Version.number)
    }

    @Test func eachRequestGetsItsAnswer() throws {
        let daemon = try FakeDaemon { request in
            switch request.action {
            case .status:
                [Self.line(request, ControlAnswer.Status(StatusReport(path: "/p", backend: .fifo, limit: 3)))]
            case .get: [Self.line(request, ControlAnswer.Values(["jobs": "3"]))]
            case .set(let values): [Self.line(request, ControlAnswer.Change(old: ["jobs": "3"], new: values))]
            default: nil
            }
        }
        var connection = try ControlConnection(.steve, environment: daemon.environment)
        #expect(try connection.status().limit == 3)
        #expect(try connection.settings() == ["jobs": "3"])
        let change = try connection.set(["jobs": "4"])
        #expect(change.old == ["jobs": "3"])
        #expect(change.new == ["jobs": "4"])
    }

    @Test func aRegistrationThatWaitsSaysSoOnceAndIsAnswered() throws {
        let daemon = try FakeDaemon { request in
            let waiting = ControlCoding.line(ControlReply.waiting(request.id))
            let other = ControlCoding.line(ControlReply.failed(99, "for somebody else"))
            let done = Self.line(request, ControlAnswer.Registered(path: "/dev/steve", backend: .fifo))
            return request.action == .register(slot: true) ? [waiting, other, waiting, done] : nil
        }
        var connection = try ControlConnection(.steve, environment: daemon.environment)
        var calls = 0
        try connection.register(slot: true) { calls += 1 }
        #expect(calls == 1)
    }

    @Test func aWaitEndsWithItsMomentOrItsTime() throws {
        let daemon = try FakeDaemon { request in
            let waiting = ControlCoding.line(ControlReply.waiting(request.id))
            let done = ControlCoding.line(ControlReply.done(request.id))
            return request.action == .watch(WaitCondition(free: 2)) ? [waiting] : [waiting, done]
        }
        var connection = try ControlConnection(.steve, environment: daemon.environment)
        #expect(try connection.wait(until: WaitCondition(free: 2), seconds: 0.05) == false)
        #expect(try connection.wait(until: WaitCondition(idle: true), seconds: 30))
        #expect(try connection.wait(until: WaitCondition(idle: true)))
    }

    /// The answer to a request that the client gave up on comes late: it answers no later request, whatever
    /// it says.
    @Test func anAnswerThatComesLateIsPassedOver() throws {
        let daemon = try FakeDaemon { request in
            [
                ControlCoding.line(ControlReply(request.id - 1, ControlAnswer.Sizes([]))),
                Self.line(request, ControlAnswer.Values(["jobs": "3"])),
            ]
        }
        var connection = try ControlConnection(.steve, environment: daemon.environment)
        #expect(try connection.settings() == ["jobs": "3"])
    }

    @Test func anAnswerWithoutItsFieldIsMalformed() throws {
        let daemon = try FakeDaemon { [ControlCoding.line(ControlReply.done($0.id))] }
        var connection = try ControlConnection(.steve, environment: daemon.environment)
        let failure = #expect(throws: ControlFailure.self) { try connection.settings() }
        #expect("\(failure, default: "")".contains("\"values\" is missing"))
    }

    @Test func aRefusalIsTheDaemonsOwnSentence() throws {
        let daemon = try FakeDaemon { [ControlCoding.line(ControlReply.failed($0.id, "not today"))] }
        var connection = try ControlConnection(.steve, environment: daemon.environment)
        #expect(throws: ControlFailure.refused("not today")) { try connection.set(["jobs": "1"]) }
    }

    @Test func whoseServersAreKilledBeforeAWordIsGreetedByTheNext() throws {
        let daemon = try FakeDaemon(dying: 3) { request in
            [Self.line(request, ControlAnswer.Values(["jobs": "3"]))]
        }
        var connection = try ControlConnection(.steve, environment: daemon.environment)
        #expect(try connection.settings() == ["jobs": "3"])
    }

    @Test func aHangUpIsNoticed() throws {
        let daemon = try FakeDaemon { _ in nil }
        var connection = try ControlConnection(.steve, environment: daemon.environment)
        let path = daemon.environment["STEVE_RUNTIME_DIR"].map { $0 + "/steve.sock" } ?? ""
        #expect(throws: ControlFailure.ended(path: path)) { try connection.status() }
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n\n", "{}\n",
        "{\"steve\":\"9\",\"protocol\":2,\"path\":\"/p\",\"backend\":\"cuse\"}\n",
    ])
    func whoeverSpeaksAnotherProtocolIsToldApart(greeting: String) throws {
        let daemon = try FakeDaemon(greeting: Array(greeting.utf8))
        let failure = try #require(throws: ControlFailure.self) {
            _ = try ControlConnection(.steve, environment: daemon.environment)
        }
        switch failure {
        case .malformed, .otherProtocol: break
        default: Issue.record("\(failure)")
        }
    }

    @Test func whereNobodyListensThereIsNoDaemon() throws {
        let folder = try TemporaryFolder()
        let environment = ["STEVE_RUNTIME_DIR": folder.path]
        let missing = ControlFailure.noDaemon(device: "steve", lookedAt: [folder.path("steve.sock")])
        #expect(throws: missing) { _ = try ControlConnection(.steve, environment: environment) }
        // The socket of a daemon that was killed.
        let stale = try UnixListener(path: folder.path("other.sock"), mode: 0o600)
        try waitForEnd(Program(["mv", folder.path("other.sock"), folder.path("steve.sock")]).start())
        _ = consume stale
        #expect(throws: ControlFailure.self) { _ = try ControlConnection(.steve, environment: environment) }
    }

    @Test func aPathThatNoSocketCanHaveIsToldWithAWayOut() throws {
        let environment = ["STEVE_RUNTIME_DIR": "/" + String(repeating: "x", count: 100)]
        let failure = try #require(throws: ControlFailure.self) {
            _ = try ControlConnection(.steve, environment: environment)
        }
        #expect("\(failure)".contains("STEVE_RUNTIME_DIR"), "\(failure)")
    }

    @Test func anImpossibleNameIsRefused() {
        #expect(throws: ControlFailure.badName("a/b", rule: DeviceName.rule)) {
            _ = try ControlConnection(device: "a/b")
        }
    }
}
