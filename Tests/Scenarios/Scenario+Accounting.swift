internal import Linux
internal import SystemPackage
internal import Wire

extension Scenario {
    static let accounting = [
        Scenario("by-process: a thread's end takes nothing back") { stage throws(ScenarioFailure) in
            let player = try stage.player()
            for lane in 1...2 {
                let outcome = try stage.read(player, lane: lane)
                try stage.need(outcome == .gave(1), "a read by thread \(lane): \(outcome)")
            }
            stage.device.rest(.milliseconds(30))
            try stage.need(
                try stage.held(by: player) == 2,
                "the threads that read have ended, not their process"
            )
            try stage.write(player, bytes: 2)
            try stage.awaitFree(stage.tokens, "the main thread has returned them")
        },
        Scenario("by-process: taken through one file, returned through another") {
            stage throws(ScenarioFailure) in
            let player = try stage.player()
            let other = try stage.reopened(player)
            try stage.take(2, by: player)
            try stage.write(other, bytes: 2)
            try stage.awaitFree(stage.tokens, "as make does")
            try stage.need(try stage.status().lent == 0, "its tokens were taken for its slot")
        },
        Scenario("reclaim: closing gives nothing back, the end does") { stage throws(ScenarioFailure) in
            let player = try stage.player()
            try stage.take(2, by: player)
            try stage.close(player)
            stage.device.rest(.milliseconds(50))
            try stage.need(try stage.held(by: player) == 2, "the holder has closed the device, and lives")
            try stage.kill(player)
            try stage.awaitFree(stage.tokens, "the holder has ended")
        },
        Scenario("reclaim: within 10 ms of a death") { stage throws(ScenarioFailure) in
            let waiter = try stage.player()
            var best = Int64.max
            for _ in 0..<5 {
                let holder = try stage.player()
                try stage.take(stage.tokens, by: holder)
                let read = try stage.startReading(waiter)
                try stage.kill(holder)
                let since = MonotonicClock.nowNanoseconds
                try stage.expectToken(read, "a read behind a killed holder")
                best = min(best, MonotonicClock.nowNanoseconds - since)
                try stage.write(waiter)
            }
            try stage.need(best < 10_000_000, "at best \(best / 1_000_000) ms after the holder's end")
        },
        Scenario("reclaim: though the file lives on in a child") { stage throws(ScenarioFailure) in
            let holder = try stage.player()
            let child = try stage.child(of: holder)
            try stage.take(2, by: holder)
            try stage.take(1, by: child)
            try stage.kill(holder)
            try stage.awaitFree(stage.tokens - 1, "the parent has ended")
            try stage.need(try stage.held(by: child) == 1, "the child's token went with the parent")
            try stage.write(child)
            try stage.awaitFree(stage.tokens, "the child has returned its own")
        },
        Scenario("reclaim: a stopped holder keeps its tokens") { stage throws(ScenarioFailure) in
            let player = try stage.player()
            try stage.take(1, by: player)
            try stage.device.setStopped(player.client, true)
            stage.device.rest(.milliseconds(100))
            try stage.need(try stage.held(by: player) == 1, "it is stopped, not dead")
            try stage.device.setStopped(player.client, false)
            try stage.write(player)
            try stage.awaitFree(stage.tokens, "it has returned it")
        },
        Scenario("namespaces: a client in a PID namespace of its own", needsRoot: true) {
            stage throws(ScenarioFailure) in
            let player = try stage.player(inOwnNamespace: true)
            try stage.take(2, by: player)
            try stage.need(try stage.held(by: player) == 2, "the status does not name it")
            try stage.write(player)
            try stage.awaitFree(stage.tokens - 1, "it has returned one")
            try stage.kill(player)
            try stage.awaitFree(stage.tokens, "it has ended")
        },
    ]
}
