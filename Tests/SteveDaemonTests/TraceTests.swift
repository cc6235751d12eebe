import Vocabulary
import Jobserver
import Ledger
import Scenarios
import Testing
import Wire

@testable import SteveDaemon

/// What the daemon tells about the past.
@Suite(.serialized) struct TraceTests {
    private let device: PlayedDevice

    init() throws {
        device = try PlayedDevice()
    }

    /// All events from a number on, in the way in which a client asks for them.
    private func events(_ port: ControlPort, after number: Int) throws -> [TokenEvent] {
        var (events, next, more) = ([TokenEvent](), number, true)
        while more {
            let chunk = try #require(try port.ask(.events(after: next, until: nil)).answer?.chunk)
            #expect(chunk.lost == nil)
            events += try TokenEvent.list(chunk.events)
            (next, more) = (chunk.next, chunk.more)
        }
        return events
    }

    @Test func tokensAreToldWithWhoHadThem() throws {
        let stage = try Stage(device)
        let port = try device.connect()
        let opening = try #require(try port.ask(.trace(last: nil)).answer?.trace)
        #expect(opening.limit == 4)
        #expect(opening.held.isEmpty)
        #expect(opening.next == opening.end)
        let player = try stage.player()
        try stage.take(3, by: player)
        try stage.write(player, bytes: 2)
        try stage.kill(player)
        try stage.awaitFree(4, "the dead player's token")
        let events = try events(port, after: opening.next).filter { $0.kind.isOfProcess }
        #expect(events.map(\.kind) == [.granted, .granted, .granted, .returned, .reclaimed])
        #expect(events.map(\.value) == [1, 1, 1, 2, 1])
        let number = try #require(events.first?.process)
        #expect(events.allSatisfy { $0.process == number })
        let process = try #require(try port.ask(.processes([number, number + 1])).answer?.processes)
        #expect(process.map(\.pid) == [Int(player.client.pid)])
        #expect(process.first?.command.contains("steve-scenarios") == true)
        #expect(process.first?.build.isEmpty == false)
    }

    @Test func aTraceOfThePastBeginsWithWhatHeldThen() throws {
        let stage = try Stage(device)
        let player = try stage.player()
        try stage.take(2, by: player)
        let port = try device.connect()
        #expect(try port.ask(.set(["jobs": "9"])).isDone)
        try stage.take(1, by: player)
        let opening = try #require(try port.ask(.trace(last: 3_600)).answer?.trace)
        #expect(opening.held.last == 3)
        let events = try events(port, after: opening.next)
        #expect(events.filter { $0.kind == .limit }.map(\.value) == [4, 9])
        #expect(events.count { $0.kind == .granted } == 3)
        let pause = events.reduce(0) { $0 + $1.time }
        #expect(opening.time + pause <= opening.now + 1_000_000)
        #expect(events.contains { $0.kind == .memory && $0.value > 0 })
        let none = try #require(try port.ask(.trace(last: 0)).answer?.trace)
        #expect(none.limit == 9)
        #expect(none.next == none.end)
    }

    @Test func aChunkStopsWhereItIsToldTo() throws {
        let stage = try Stage(device)
        let player = try stage.player()
        for _ in 0..<600 {
            try stage.take(2, by: player)
            try stage.write(player, bytes: 2)
        }
        let port = try device.connect()
        let opening = try #require(try port.ask(.trace(last: 3_600)).answer?.trace)
        let first = try #require(try port.ask(.events(after: opening.next, until: nil)).answer?.chunk)
        #expect(try TokenEvent.list(first.events).count == TraceChunk.limit)
        #expect(first.more)
        let part = try #require(
            try port.ask(.events(after: opening.next, until: opening.next + 5)).answer?.chunk
        )
        #expect(part.next == opening.next + 5)
        #expect(!part.more)
        #expect(try events(port, after: opening.next).count { $0.kind == .granted } == 1_200)
    }

    @Test(arguments: [
        #"{"do":"events","id":1,"after":-9223372036854775808}"#,
        #"{"do":"events","id":1,"after":9223372036854775807,"until":-1}"#,
        #"{"do":"trace","id":1,"last":-1e308}"#, #"{"do":"trace","id":1,"last":1e308}"#,
        #"{"do":"processes","id":1,"numbers":[-1,0,99999999999]}"#,
    ])
    func numbersThatMeanNothingAreAnswered(line: String) throws {
        let port = try device.connect()
        try port.send(Array("\(line)\n".utf8))
        #expect(try port.reply().isDone)
        #expect(try port.ask(.ping).isDone)
    }

    @Test func theDeadAreForgottenInTheirOrder() throws {
        let stage = try Stage(device)
        let player = try stage.player()
        let registry = device.daemon.registry
        let known = try #require(registry[pid: ProcessID(player.client.pid)])
        let history = registry.history
        history.ended(known, build: "first")
        registry.ledger.commit()
        #expect(history.process(known.number) { _ in "" }?.0.build == "first")
        // A living process' name would be cut in the same way, however long it is.
        let long = String(repeating: "ü", count: 70)
        history.ended(known, build: long)
        registry.ledger.commit()
        #expect(history.process(known.number) { _ in "" }?.0.build == String(repeating: "ü", count: 52))
        history.began(known)
        #expect(history.process(known.number) { _ in long }?.0.build == String(repeating: "ü", count: 52))
        #expect(history.process(known.number) { _ in "living" }?.0.build == "living")
    }
}
