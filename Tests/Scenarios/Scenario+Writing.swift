internal import SystemPackage
internal import Wire

extension Scenario {
    static let writing = [
        Scenario("write-never-fails: all bytes are taken, whatever they stand for") {
            stage throws(ScenarioFailure) in
            let player = try stage.player()
            let before = try stage.status().totals.dropped
            try stage.take(2, by: player)
            try stage.write(player, bytes: 100)
            try stage.awaitFree(stage.tokens + 1, "two of its own, one lent, 97 for nothing")
            try stage.write(player, bytes: 8)
            try stage.awaitFree(stage.tokens + 1, "8 more by one that holds nothing and has lent its slot")
            let dropped = try stage.status().totals.dropped - before
            try stage.need(dropped == 105, "105 bytes stood for nothing, \(dropped) were counted")
        },
        Scenario("lent-slot: a process that holds nothing lends its implicit slot") {
            stage throws(ScenarioFailure) in
            let player = try stage.player()
            try stage.write(player)
            try stage.awaitFree(stage.tokens + 1, "it has lent its slot")
            try stage.need(try stage.status().lent == 1, "the loan is not told")
            try stage.take(1, by: player)
            try stage.awaitFree(stage.tokens, "the loan is over")
            try stage.need(try stage.held(by: player) == 0, "its own slot was charged as a token")
            try stage.write(player)
            try stage.awaitFree(stage.tokens + 1, "it has lent again")
            try stage.kill(player)
            try stage.awaitFree(stage.tokens, "it has ended")
        },
        Scenario("lent-slot: what was lent to another comes back short, and is never minted") {
            stage throws(ScenarioFailure) in
            let (holder, lender, other) = (try stage.player(), try stage.player(), try stage.player())
            try stage.take(stage.tokens, by: holder)
            try stage.write(lender)
            try stage.take(1, by: other)
            try stage.kill(lender)
            try stage.awaitFree(-1, "the lender has ended")
            try stage.write(other)
            try stage.awaitFree(0, "what it lent is back")
            try stage.write(holder, bytes: stage.tokens)
            try stage.awaitFree(stage.tokens, "all are back")
        },
        Scenario("passing: a child may return what its parent took through their file") {
            stage throws(ScenarioFailure) in
            let parent = try stage.player()
            let child = try stage.child(of: parent)
            try stage.take(2, by: parent)
            try stage.write(child)
            try stage.awaitFree(stage.tokens - 1, "the child returned one")
            try stage.need(try stage.held(by: parent) == 1, "the parent's account does not know")
            try stage.write(child, bytes: 2)
            try stage.awaitFree(stage.tokens + 1, "the child returned the other, and lent its slot")
            try stage.kill(child)
            try stage.awaitFree(stage.tokens, "the child has ended")
        },
        Scenario("passing: not through a file of one's own") { stage throws(ScenarioFailure) in
            let (holder, other) = (try stage.player(), try stage.player())
            try stage.take(2, by: holder)
            try stage.write(other)
            try stage.need(
                try stage.held(by: holder) == 2,
                "somebody else's write was credited to the holder"
            )
            try stage.awaitFree(stage.tokens - 1, "the other one's slot is lent")
            try stage.kill(other)
            try stage.awaitFree(stage.tokens - 2, "the loan is over")
        },
        Scenario("conservation: nothing but the limit moves the sum") { stage throws(ScenarioFailure) in
            let players = [try stage.player(), try stage.player(), try stage.player()]
            try stage.take(1, by: players[0])
            try stage.take(2, by: players[1])
            for player in players { try stage.write(player, bytes: 3) }
            try stage.awaitFree(stage.tokens + 3, "each has returned all, and lent its slot")
            for player in players { try stage.take(1, by: player) }
            try stage.awaitFree(stage.tokens, "each has its slot back")
        },
    ]
}
