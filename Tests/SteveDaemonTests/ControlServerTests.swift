import Glibc
import Jobserver
import Scenarios
import SystemPackage
import TestKit
import Testing
import Wire

@testable import SteveDaemon

/// The control socket, and peers of any behaviour.
@Suite(.serialized) struct ControlServerTests {
    private let device: PlayedDevice

    init() throws {
        device = try PlayedDevice()
    }

    private func line(_ text: String) -> [UInt8] { Array("\(text)\n".utf8) }

    private func expectAnswers(_ port: ControlPort) throws {
        #expect(try port.ask(.ping).isDone)
    }

    // MARK: Lines

    @Test(arguments: [
        "", "x", "{", "[]", "{}", "null", "\u{0}\u{1}", #"{"do":"ping"}"#, #"{"id":"1","do":"ping"}"#,
    ])
    func garbageIsAnsweredAndTheConnectionLives(_ garbage: String) throws {
        let port = try device.connect()
        try port.send(line(garbage))
        let reply = try port.reply()
        #expect(reply.error != nil)
        #expect(reply.id == nil)
        #expect(reply.error != nil)
        try expectAnswers(port)
    }

    @Test(arguments: [#"{"id":7,"do":"dance"}"#, #"{"id":7,"do":"set"}"#, #"{"id":7}"#])
    func errorCarriesTheIDWhereOneCouldBeRead(_ request: String) throws {
        let port = try device.connect()
        try port.send(line(request))
        let reply = try port.reply()
        #expect(reply.error != nil)
        #expect(reply.id == 7)
    }

    @Test func halfALineWaitsForItsRest() throws {
        let port = try device.connect()
        try port.send(Array(#"{"id":1,"#.utf8))
        #expect(port.line(within: .milliseconds(30)) == nil)
        try port.send(line(#""do":"ping"}"#))
        #expect(try port.reply().isDone)
    }

    @Test func overlongLineIsAnsweredOnceAndHungUpOn() throws {
        let port = try device.connect()
        try? port.send([UInt8](repeating: UInt8(ascii: "x"), count: ControlRequest.lineLimit + 5000))
        let reply = try port.reply()
        #expect(reply.error != nil)
        #expect(reply.error == "a line may have at most \(ControlRequest.lineLimit) bytes")
        #expect(port.isHungUp())
    }

    @Test func longestLineIsStillRead() throws {
        let port = try device.connect()
        let name = String(repeating: "x", count: ControlRequest.lineLimit - 100)
        try port.send(line(#"{"id":3,"do":"\#(name)"}"#))
        #expect(try port.reply().id == 3)
        try expectAnswers(port)
    }

    @Test func requestsOfOneWriteAreAnsweredInTheirOrder() throws {
        let port = try device.connect()
        try port.send((1...300).flatMap { line(#"{"id":\#($0),"do":"ping"}"#) })
        for number in 1...300 { #expect(try port.reply().id == number) }
    }

    @Test func requestsBeforeAHangUpAreDone() throws {
        let stage = try Stage(device)
        do {
            let port = try device.connect()
            try port.send(
                line(#"{"id":1,"do":"ping"}"#) + line(#"{"id":2,"do":"set","values":{"jobs":"9"}}"#)
            )
        }
        try stage.eventually("the request of a peer that has gone") { () throws(ScenarioFailure) in
            try stage.status().limit == 9
        }
    }

    // MARK: Many and bad peers

    @Test func aTurnAnswersOneRequestOfAPeer() throws {
        let port = try device.connect()
        let pings = (1...100).flatMap { line(#"{"id":\#($0),"do":"ping"}"#) }
        #expect(port.sendWithoutWaiting(pings) == pings.count)
        for number in 1...100 {
            device.daemon.turn(until: .now)
            #expect(
                port.line(within: .zero).map { String(decoding: $0, as: UTF8.self) }
                    == #"{"id":\#(number),"ok":true}"#
            )
        }
    }

    @Test func aTurnAnswersOneRequestOfAllPeers() throws {
        let ports = try (0..<100).map { _ in try device.connect() }
        for port in ports { #expect(port.sendWithoutWaiting(line(#"{"id":1,"do":"ping"}"#)) > 0) }
        var waiting = ports
        for _ in ports {
            let before = waiting.count
            device.daemon.turn(until: .now)
            waiting.removeAll { $0.line(within: .zero) != nil }
            #expect(waiting.count == before - 1)
        }
    }

    @Test func aPeerThatNeverRestsTakesOneTurnOfTwo() throws {
        let (greedy, modest) = (try device.connect(), try device.connect())
        let pings = (1...100).flatMap { line(#"{"id":\#($0),"do":"ping"}"#) }
        #expect(greedy.sendWithoutWaiting(pings) == pings.count)
        #expect(modest.sendWithoutWaiting(line(#"{"id":1,"do":"ping"}"#)) > 0)
        for _ in 0..<3 { device.daemon.turn(until: .now) }
        #expect(modest.line(within: .zero) != nil)
    }

    @Test func twoHundredConnectionsAreServed() throws {
        let ports = try (0..<200).map { _ in try device.connect() }
        for port in ports { try expectAnswers(port) }
        for port in ports.reversed() { try expectAnswers(port) }
    }

    @Test func silentPeersHinderNobody() throws {
        let silent = try (0..<100).map { _ in try device.connect() }
        for port in silent { try port.send(Array(#"{"id":1"#.utf8)) }
        let stage = try Stage(device)
        let player = try stage.player()
        try stage.take(4, by: player)
        try stage.finish()
    }

    @Test func peerThatReadsNothingIsReadNoMore() throws {
        let port = try device.connect()
        let request = line(#"{"id":1,"do":"status"}"#)
        var sent = 0
        for _ in 0..<20_000 {
            let count = port.sendWithoutWaiting(request)
            guard count == request.count else { break }
            sent += 1
            device.daemon.turn(until: .now)
        }
        // The kernel's buffers are full, and our buffer has grown by at most one answer.
        #expect(sent < 20_000)
        let stage = try Stage(device)
        try stage.take(4, by: try stage.player())
        try stage.finish()
        for _ in 0..<sent { #expect(try port.reply().isDone) }
    }

    @Test func whoHasTooManyPlacesIsToldSoAndComesAgain() throws {
        let control = try #require(device.daemon.control)
        control.quota = PeerQuota(places: 8)
        let isRoot = geteuid() == 0
        var ports: [ControlPort] = []
        for _ in 0..<(isRoot ? 24 : 4) { ports.append(try device.connect()) }
        let error = #expect(throws: (any Error).self) { try device.connect() }
        #expect("\(String(describing: error))".contains("may not have more now"))
        ports.removeFirst()
        device.rest(.milliseconds(20))
        try expectAnswers(try device.connect())
        try expectAnswers(try #require(ports.last))
    }

    @Test func whoReadsNothingIsGoneAfterItsTime() throws {
        let control = try #require(device.daemon.control)
        control.stallNanoseconds = 300_000_000
        let port = try device.connect()
        let request = line(#"{"id":1,"do":"status"}"#)
        for _ in 0..<20_000 where port.sendWithoutWaiting(request) == request.count {
            device.daemon.turn(until: .now)
        }
        #expect(control.peers.values.contains { $0.counted > 0 })
        try eventually {
            device.daemon.turn(until: .now)
            return control.peers.isEmpty
        }
        try expectAnswers(try device.connect())
    }

    @Test func aUserIsHeardNoMoreUntilEnoughIsRead() throws {
        let control = try #require(device.daemon.control)
        let (lazy, other) = (try device.connect(), try device.connect())
        control.quota.note(unread: 1 << 24, of: geteuid())
        #expect(lazy.sendWithoutWaiting(line(#"{"id":1,"do":"ping"}"#)) > 0)
        #expect(lazy.line(within: .milliseconds(50)) == nil)
        control.quota.note(unread: -(1 << 24), of: geteuid())
        // The server only learns of that at its next read.
        #expect(lazy.line(within: .milliseconds(50)) == nil)
        control.hearTheHeld()
        #expect(lazy.line() != nil)
        try expectAnswers(other)
    }

    @Test func silentPeersAreDroppedAfterTheirTimeAndUsersAndWaitersAreNot() throws {
        let control = try #require(device.daemon.control)
        control.silenceNanoseconds = 400_000_000
        let (silent, half, user, waiter) = (
            try device.connect(), try device.connect(), try device.connect(), try device.connect()
        )
        try half.send(Array(#"{"id":1"#.utf8))
        #expect(try user.ask(.register(slot: false)).isDone)
        #expect(try waiter.ask(.watch(WaitCondition(free: 99))).isWaiting)
        #expect(silent.isHungUp())
        #expect(half.isHungUp())
        try expectAnswers(user)
        #expect(!waiter.isHungUp(within: .milliseconds(100)))
        let late = try device.connect()
        try expectAnswers(late)
    }

    @Test func aSilentPeerAloneWakesTheDaemonOnceAnHour() throws {
        let control = try #require(device.daemon.control)
        let port = try device.connect()
        let sweep = try #require(control.nextSweep)
        #expect(sweep.nanoseconds > MonotonicTime.now.nanoseconds + 3_590_000_000_000)
        try expectAnswers(port)
    }

    // MARK: What they ask for

    @Test func settingsAreChangedAllOrNone() throws {
        let port = try device.connect()
        let reply = try port.ask(.set(["jobs": "7", "min-jobs": "2"]))
        #expect(reply.answer?.old == ["jobs": "4", "min-jobs": "1"])
        #expect(reply.answer?.new == ["jobs": "7", "min-jobs": "2"])
        #expect(try port.ask(.get).answer?.values["jobs"] == "7")
        #expect(try port.ask(.set(["jobs": "8", "min-jobs": "x"])).error != nil)
        #expect(try port.ask(.set(["jobs": "8", "dev-name": "other"])).error != nil)
        #expect(try port.ask(.set(["jobs": "8", "tempo": "1"])).error != nil)
        #expect(try port.ask(.get).answer?.values["jobs"] == "7")
    }

    @Test func registrationWaitsForItsSlotAndIsTold() throws {
        let stage = try Stage(device)
        let holder = try stage.player()
        try stage.take(4, by: holder)
        let port = try device.connect()
        #expect(try port.ask(.register(slot: true)).isWaiting)
        #expect(try stage.status().waiters.map(\.kind) == [.slot])
        try stage.write(holder)
        let reply = try port.reply(to: .register(slot: true))
        #expect(reply.isDone)
        #expect(reply.answer?.path == "/dev/played")
        #expect(try stage.status().holders.contains { $0.pid == Int(getpid()) && $0.tokens == 1 })
        #expect(try port.ask(.register(slot: true)).isDone)
        #expect(try stage.status().held == 4, "registered twice, charged once")
        let file = try device.kernel.open(thread: getpid())
        _ = device.kernel.read(file, thread: getpid(), nonblocking: false)
        #expect(try stage.status().waiters.map(\.kind) == [.read], "its slot waits no more")
    }

    @Test func registrationWithoutASlotTakesNothing() throws {
        let stage = try Stage(device)
        #expect(try device.connect().ask(.register(slot: false)).isDone)
        #expect(try stage.status().held == 0)
        #expect(try stage.status().users.map(\.slot) == [false])
    }

    @Test func aConnectionThatGoesLeavesThePlaceInTheQueueToAnother() throws {
        let stage = try Stage(device)
        let (holder, stranger) = (try stage.player(), try stage.player())
        try stage.take(4, by: holder)
        let second: ControlPort
        let read: RunningCall
        do {
            let first = try device.connect()
            #expect(try first.ask(.register(slot: true)).isWaiting)
            second = try device.connect()
            #expect(try second.ask(.register(slot: true)).isWaiting)
            read = try stage.startReading(stranger)
        }
        device.rest(.milliseconds(20))
        try stage.write(holder)
        #expect(try second.reply().isDone)
        try stage.expectWaiting(read, "the slot waited longer")
        try stage.write(holder)
        try stage.expectToken(read, "the next")
        #expect(device.violations.isEmpty)
    }

    @Test func peerThatGoesGivesItsPlaceInTheQueueAway() throws {
        let stage = try Stage(device)
        let holder = try stage.player()
        try stage.take(4, by: holder)
        do {
            let port = try device.connect()
            #expect(try port.ask(.register(slot: true)).isWaiting)
            #expect(try port.ask(.register(slot: true)).error == "you are registering already")
        }
        try stage.eventually("an empty queue") { () throws(ScenarioFailure) in try stage.status().waiting == 0
        }
        try stage.write(holder, bytes: 4)
        try stage.awaitFree(4, "nothing was charged")
        #expect(device.violations.isEmpty)
    }
}
