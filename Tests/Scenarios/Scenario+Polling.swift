internal import SystemPackage
internal import Wire

extension Scenario {
    static let polling = [
        Scenario("poll: POLLIN while a read would be granted") { stage throws(ScenarioFailure) in
            let (holder, player) = (try stage.player(), try stage.player())
            try stage.need(try stage.isReadable(player), "not readable with all tokens free")
            try stage.take(stage.tokens, by: holder)
            try stage.need(try !stage.isReadable(player), "readable with no token free")
            let poll = try stage.startPolling(player)
            try stage.expectWaiting(poll, "a poll with no token free")
            try stage.write(holder)
            try stage.expectReadable(poll, "a poll after a token came back")
            try stage.take(1, by: player)
        },
        Scenario("no-false-ready: POLLIN only to the one that will get the token") {
            stage throws(ScenarioFailure) in
            let holder = try stage.player()
            let (first, second) = (try stage.player(nonblocking: true), try stage.player(nonblocking: true))
            try stage.take(stage.tokens, by: holder)
            let polls = [try stage.startPolling(first), try stage.startPolling(second)]
            stage.hurry()
            try stage.write(holder)
            try stage.expectReadable(polls[0], "the first poller")
            try stage.expectWaiting(polls[1], "the second poller", for: .milliseconds(20))
            try stage.need(try !stage.isReadable(holder), "a third process is told that the token is its own")
            try stage.take(1, by: first)
            try stage.needHurried()
            try stage.need(try !stage.isReadable(first), "readable after the token was read")
        },
        Scenario("every-wake: a token that comes back") { stage throws(ScenarioFailure) in
            let (holder, player) = (try stage.player(), try stage.player(nonblocking: true))
            try stage.take(stage.tokens, by: holder)
            for _ in 0..<5 {
                let poll = try stage.startPolling(player)
                try stage.write(holder)
                try stage.expectReadable(poll, "a poll after a return")
                try stage.take(1, by: player)
                let next = try stage.startPolling(player)
                try stage.write(holder)
                try stage.expectReadable(next, "a poll by one that holds a token")
                try stage.take(1, by: player)
                try stage.write(player, bytes: 2)
                try stage.take(2, by: holder)
            }
        },
        Scenario("every-wake: a holder's death") { stage throws(ScenarioFailure) in
            let (holder, player) = (try stage.player(), try stage.player())
            try stage.take(stage.tokens, by: holder)
            let poll = try stage.startPolling(player)
            try stage.kill(holder)
            try stage.expectReadable(poll, "a poll after the holder died")
            try stage.take(1, by: player)
        },
        Scenario("every-wake: a raised limit") { stage throws(ScenarioFailure) in
            let (holder, player) = (try stage.player(), try stage.player())
            try stage.take(stage.tokens, by: holder)
            let poll = try stage.startPolling(player)
            try stage.set(["jobs": "\(stage.tokens + 1)"])
            try stage.expectReadable(poll, "a poll after the limit was raised")
            try stage.take(1, by: player)
        },
        Scenario("every-wake: somebody's expired reservation") { stage throws(ScenarioFailure) in
            let holder = try stage.player()
            let (lazy, player) = (try stage.player(), try stage.player())
            try stage.take(stage.tokens, by: holder)
            let lazyPoll = try stage.startPolling(lazy)
            let poll = try stage.startPolling(player)
            try stage.write(holder)
            try stage.expectReadable(lazyPoll, "the first poller")
            try stage.expectReadable(poll, "the second, after the first left its token unread")
            try stage.take(1, by: player)
        },
        Scenario("every-wake: each process that polls a shared file") { stage throws(ScenarioFailure) in
            let (holder, parent) = (try stage.player(), try stage.player(nonblocking: true))
            let child = try stage.child(of: parent)
            try stage.take(stage.tokens, by: holder)
            let polls = [try stage.startPolling(parent), try stage.startPolling(child)]
            try stage.write(holder)
            try stage.expectReadable(polls[0], "the parent")
            try stage.take(1, by: parent)
            try stage.write(holder)
            try stage.expectReadable(polls[1], "the child")
            try stage.take(1, by: child)
        },
        Scenario("interruptible: a signal ends a poll, and its place stays") {
            stage throws(ScenarioFailure) in
            let (holder, player, other) = (try stage.player(), try stage.player(), try stage.player())
            try stage.take(stage.tokens, by: holder)
            let poll = try stage.startPolling(player)
            let behind = try stage.startReading(other)
            try stage.device.interrupt(player.client)
            try stage.expect(poll, .failed(.interrupted), "an interrupted poll")
            stage.hurry()
            try stage.write(holder)
            try stage.expectWaiting(behind, "a read behind the poll", for: .milliseconds(20))
            try stage.take(1, by: player)
            try stage.needHurried()
        },
    ]
}
