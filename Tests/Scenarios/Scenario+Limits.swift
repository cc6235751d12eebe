internal import SystemPackage
internal import Wire

extension Scenario {
    static let limits = [
        Scenario("shrink: a lowered limit takes nothing from a holder") { stage throws(ScenarioFailure) in
            let (holder, player) = (try stage.player(), try stage.player(nonblocking: true))
            try stage.take(stage.tokens, by: holder)
            try stage.set(["jobs": "\(stage.tokens - 2)"])
            try stage.awaitFree(-2, "the limit is 2 below what is held")
            try stage.need(try stage.held(by: holder) == stage.tokens, "a holder lost tokens")
            try stage.write(holder, bytes: 2)
            try stage.awaitFree(0, "two are back")
            let refused = try stage.read(player)
            try stage.need(refused == .failed(.resourceTemporarilyUnavailable), "above the limit: \(refused)")
            try stage.write(holder)
            try stage.take(1, by: player)
        },
        Scenario("shrink: a raised limit is handed out at once") { stage throws(ScenarioFailure) in
            let holder = try stage.player()
            let readers = [try stage.player(), try stage.player()]
            try stage.take(stage.tokens, by: holder)
            let reads = [try stage.startReading(readers[0]), try stage.startReading(readers[1])]
            try stage.set(["jobs": "\(stage.tokens + 2)"])
            for read in reads { try stage.expectToken(read, "a read after the limit was raised") }
        },
        Scenario("shrink: a bad value changes nothing") { stage throws(ScenarioFailure) in
            let control = try stage.device.connect()
            let before = try control.ask(.get).answer?.values
            let reply = try control.ask(.set(["jobs": "\(stage.tokens + 1)", "min-jobs": "many"]))
            try stage.need(reply.error != nil, "a bad value is accepted")
            try stage.need(try control.ask(.get).answer?.values == before, "half of a bad request was done")
        },
    ]
}
