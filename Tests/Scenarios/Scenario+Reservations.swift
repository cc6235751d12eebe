internal import SystemPackage
internal import Wire

extension Scenario {
    static let reservations = [
        Scenario("reservation: the token that woke a poller is kept for it") {
            stage throws(ScenarioFailure) in
            let (holder, poller, reader) = (try stage.player(), try stage.player(), try stage.player())
            try stage.take(stage.tokens, by: holder)
            let poll = try stage.startPolling(poller)
            stage.hurry()
            try stage.write(holder)
            try stage.expectReadable(poll, "the poller")
            let refused = try nonblockingRead(reader, stage)
            try stage.need(refused == .failed(.resourceTemporarilyUnavailable), "another got it: \(refused)")
            try stage.take(1, by: poller)
            try stage.needHurried()
        },
        Scenario("reservation: expires after 100 ms") { stage throws(ScenarioFailure) in
            let (holder, poller, reader) = (try stage.player(), try stage.player(), try stage.player())
            try stage.take(stage.tokens, by: holder)
            let poll = try stage.startPolling(poller)
            let read = try stage.startReading(reader)
            stage.hurry()
            try stage.write(holder)
            try stage.expectReadable(poll, "the poller")
            try stage.expectWaiting(read, "a read behind it")
            try stage.needHurried()
            try stage.expectToken(read, "a read behind a poller that does not read")
        },
        Scenario("reservation: passes on when the process closes") { stage throws(ScenarioFailure) in
            let (holder, poller, reader) = (try stage.player(), try stage.player(), try stage.player())
            try stage.take(stage.tokens, by: holder)
            let poll = try stage.startPolling(poller)
            let read = try stage.startReading(reader)
            stage.hurry()
            try stage.write(holder)
            try stage.expectReadable(poll, "the poller")
            try stage.close(poller)
            try stage.expectToken(read, "a read behind a poller that has closed")
            try stage.needHurried()
        },
        Scenario("reservation: passes on when the process ends") { stage throws(ScenarioFailure) in
            let (holder, poller, reader) = (try stage.player(), try stage.player(), try stage.player())
            try stage.take(stage.tokens, by: holder)
            let poll = try stage.startPolling(poller)
            let read = try stage.startReading(reader)
            stage.hurry()
            try stage.write(holder)
            try stage.expectReadable(poll, "the poller")
            try stage.kill(poller)
            try stage.expectToken(read, "a read behind a poller that has ended")
            try stage.needHurried()
        },
        Scenario("reservation: pollers and readers take turns") { stage throws(ScenarioFailure) in
            let (holder, poller) = (try stage.player(), try stage.player(nonblocking: true))
            let readers = [try stage.player(), try stage.player(), try stage.player()]
            try stage.take(stage.tokens, by: holder)
            var reads: [RunningCall] = []
            for reader in readers.dropLast() { reads.append(try stage.startReading(reader)) }
            let poll = try stage.startPolling(poller)
            let last = try stage.startReading(readers[2])
            try stage.write(holder, bytes: 2)
            for read in reads { try stage.expectToken(read, "a reader before the poller") }
            stage.hurry()
            try stage.write(holder)
            try stage.expectReadable(poll, "the poller")
            try stage.expectWaiting(last, "the reader behind the poller", for: .milliseconds(20))
            try stage.take(1, by: poller)
            try stage.needHurried()
            try stage.write(holder)
            try stage.expectToken(last, "the reader behind the poller")
        },
        Scenario("hungry: one that got EAGAIN and does not poll is remembered") {
            stage throws(ScenarioFailure) in
            let (holder, hungry, reader) = (
                try stage.player(), try stage.player(nonblocking: true), try stage.player()
            )
            try stage.take(stage.tokens, by: holder)
            let refused = try stage.read(hungry)
            try stage.need(refused == .failed(.resourceTemporarilyUnavailable), "a read: \(refused)")
            let waiter = try stage.status().waiters.first { $0.pid == Int(hungry.client.pid) }
            try stage.need(waiter?.kind == .retry, "it does not count as waiting")
            let read = try stage.startReading(reader)
            try stage.write(holder)
            try stage.expectWaiting(read, "a read that came later")
            try stage.take(1, by: hungry)
            try stage.write(holder)
            try stage.expectToken(read, "the read behind it")
        },
        Scenario("hungry: for 2 s, not longer") { stage throws(ScenarioFailure) in
            let (holder, hungry, reader) = (
                try stage.player(), try stage.player(nonblocking: true), try stage.player()
            )
            try stage.take(stage.tokens, by: holder)
            _ = try stage.read(hungry)
            let read = try stage.startReading(reader)
            try stage.write(holder)
            try stage.expectWaiting(read, "a read that came later", for: .milliseconds(1000))
            try stage.eventually("the read behind a hungry process that does not come") {
                () throws(ScenarioFailure) in
                try stage.device.outcome(of: read, within: .seconds(2)) == .gave(1)
            }
        },
    ]

    private static func nonblockingRead(
        _ player: Stage.Player,
        _ stage: Stage
    ) throws(ScenarioFailure) -> Outcome {
        try stage.setNonblocking(player, true)
        return try stage.read(player)
    }
}
