internal import Glibc
internal import SystemPackage
internal import Wire

extension Scenario {
    static let reading = [
        Scenario("one-token: a read of any size gives one byte") { stage throws(ScenarioFailure) in
            let player = try stage.player()
            for bytes in [1, 8, 131_072] {
                let outcome = try stage.read(player, bytes: bytes)
                try stage.need(outcome == .gave(1), "a read of \(bytes) bytes: \(outcome)")
            }
            try stage.awaitFree(stage.tokens - 3, "three reads")
        },
        Scenario("nonblocking: a token or EAGAIN, at once") { stage throws(ScenarioFailure) in
            let (holder, player) = (try stage.player(), try stage.player(nonblocking: true))
            try stage.take(stage.tokens, by: holder)
            let refused = try stage.read(player)
            try stage.need(refused == .failed(.resourceTemporarilyUnavailable), "with none free: \(refused)")
            try stage.write(holder)
            try stage.take(1, by: player)
        },
        Scenario("flags-per-request: O_NONBLOCK may be set and cleared later") {
            stage throws(ScenarioFailure) in
            let (holder, player) = (try stage.player(), try stage.player())
            try stage.take(stage.tokens, by: holder)
            try stage.setNonblocking(player, true)
            let refused = try stage.read(player)
            try stage.need(refused == .failed(.resourceTemporarilyUnavailable), "set by fcntl: \(refused)")
            try stage.setNonblocking(player, false)
            let read = try stage.startReading(player)
            try stage.write(holder)
            try stage.expectToken(read, "a read after fcntl cleared it")
        },
        Scenario("blocking: a read waits, in the order of the queue") { stage throws(ScenarioFailure) in
            let holder = try stage.player()
            let readers = [try stage.player(), try stage.player()]
            try stage.take(stage.tokens, by: holder)
            let first = try stage.startReading(readers[0])
            let second = try stage.startReading(readers[1])
            try stage.write(holder)
            try stage.expectToken(first, "the first reader")
            try stage.expectWaiting(second, "the second reader, with one token back")
            try stage.write(holder)
            try stage.expectToken(second, "the second reader")
        },
        Scenario("interruptible: a signal ends a waiting read with EINTR") { stage throws(ScenarioFailure) in
            let (holder, player, other) = (try stage.player(), try stage.player(), try stage.player())
            try stage.take(stage.tokens, by: holder)
            let read = try stage.startReading(player)
            try stage.device.interrupt(player.client)
            try stage.expect(read, .failed(.interrupted), "an interrupted read")
            let next = try stage.startReading(other)
            try stage.write(holder)
            try stage.expectToken(next, "the reader behind it")
            try stage.need(try stage.held(by: player) == 0, "an interrupted read was charged")
        },
        Scenario("interrupt-once: it has left the queue, and may read again") {
            stage throws(ScenarioFailure) in
            let (holder, player) = (try stage.player(), try stage.player())
            try stage.take(stage.tokens, by: holder)
            for _ in 0..<5 {
                let read = try stage.startReading(player)
                try stage.device.interrupt(player.client)
                try stage.expect(read, .failed(.interrupted), "an interrupted read")
                try stage.need(try stage.status().waiting == 0, "an interrupted read is still in the queue")
            }
            try stage.write(holder)
            try stage.awaitFree(1, "nobody waits")
            try stage.take(1, by: player)
        },
        Scenario("interrupt-once: a killed reader ends at once") { stage throws(ScenarioFailure) in
            let (holder, player) = (try stage.player(), try stage.player())
            try stage.take(stage.tokens, by: holder)
            _ = try stage.startReading(player)
            try stage.kill(player)
            try stage.need(try stage.status().waiting == 0, "a dead reader is still in the queue")
        },
        Scenario("interruptible: a token that meets a signal or a SIGKILL is not lost") {
            stage throws(ScenarioFailure) in
            let holder = try stage.player()
            try stage.take(stage.tokens, by: holder)
            for round in 0..<20 {
                let player = try stage.player()
                let read = try stage.startReading(player)
                try stage.write(holder)
                if round % 2 == 0 {
                    try stage.device.interrupt(player.client)
                    _ = try stage.device.outcome(of: read, within: .seconds(1))
                }
                try stage.kill(player)
                try stage.awaitFree(1, "round \(round)")
                try stage.take(1, by: holder)
            }
        },
        Scenario("many-reads: several wait on one file and in one process") { stage throws(ScenarioFailure) in
            let (holder, player) = (try stage.player(), try stage.player())
            try stage.take(stage.tokens, by: holder)
            var reads: [RunningCall] = []
            for lane in 1...3 { reads.append(try stage.startReading(player, lane: lane)) }
            try stage.write(holder, bytes: 3)
            for read in reads { try stage.expectToken(read, "one of three reads of a process") }
            try stage.need(try stage.held(by: player) == 3, "three reads of one process are its three tokens")
        },
        Scenario("drain-friendly: one client may take all, read after read") {
            stage throws(ScenarioFailure) in
            let player = try stage.player(nonblocking: true)
            for _ in 0..<3 {
                try stage.take(stage.tokens, by: player)
                let refused = try stage.read(player)
                try stage.need(
                    refused == .failed(.resourceTemporarilyUnavailable),
                    "one more than there are: \(refused)"
                )
                try stage.write(player, bytes: stage.tokens)
            }
        },
        Scenario("any-open: every mix of open flags works") { stage throws(ScenarioFailure) in
            let player = try stage.player()
            for access in [O_RDONLY, O_WRONLY, O_RDWR] {
                for extra in [0, O_NONBLOCK, O_CLOEXEC, O_CREAT, O_TRUNC, O_CREAT | O_TRUNC | O_NONBLOCK] {
                    let opened = try stage.perform(.open(flags: access | extra), by: player)
                    guard case .gave = opened else {
                        throw ScenarioFailure("flags \(access | extra): \(opened)")
                    }
                }
            }
            let outcome = try stage.perform(.unknownIoctl(file: player.file), by: player)
            try stage.need(outcome == .failed(.inappropriateIOCTLForDevice), "an unknown ioctl: \(outcome)")
        },
        Scenario("fionread: how many this caller could take now") { stage throws(ScenarioFailure) in
            let (holder, player) = (try stage.player(), try stage.player())
            guard stage.device.tellsAvailable else { return }
            for left in (0...stage.tokens).reversed() {
                let count = try stage.available(player)
                try stage.need(count == .gave(left), "with \(left) free: \(count)")
                if left > 0 { try stage.take(1, by: holder) }
            }
        },
    ]
}
