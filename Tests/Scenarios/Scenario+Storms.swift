internal import SystemPackage
internal import Wire

extension Scenario {
    static let storms = [
        Scenario("reclaim: a storm of 50 clients, killed in the middle of it") {
            stage throws(ScenarioFailure) in
            for round in 1...stage.rounds {
                var players: [Stage.Player] = []
                for number in 0..<50 {
                    let player = try stage.player(nonblocking: number % 3 == 0)
                    players.append(player)
                    try begin(number, of: player, stage)
                }
                stage.device.rest(.milliseconds(round * 7 % 40))
                try stage.killAtOnce(players)
                try stage.awaitFree(stage.tokens, "round \(round)")
            }
        }
    ]

    /// Begins the calls of one process of the storm; nobody waits for the answers.
    private static func begin(_ number: Int, of player: Stage.Player, _ stage: Stage) throws(ScenarioFailure)
    {
        let read = Call.read(file: player.file, bytes: 1)
        let calls: [Call] =
            switch number % 5 {
            case 0: [read, read]
            case 1: [read, .write(file: player.file, bytes: 1), read]
            case 2: [.poll(file: player.file, milliseconds: 1000), read]
            case 3: [.write(file: player.file, bytes: 3), read, read]
            default: [read, .close(file: player.file)]
            }
        for call in calls { _ = try stage.device.begin(call, by: player.client, lane: 0) }
    }
}
