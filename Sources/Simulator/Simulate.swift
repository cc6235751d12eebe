import ArgumentParser

/// Runs the scenarios of docs/policy.md and prints their table.
@main
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "steve-simulate",
        abstract: "Runs the token core under a virtual clock, beside the plain rule."
    )

    @Option(help: "Repeats a run exactly.")
    var seed: UInt64 = 1

    @Option(help: "Seeds of each scenario; the memory scenario takes fifty times as many, commands five.")
    var seeds: UInt64 = 20

    @Argument(help: "The scenarios, all by default: \(names.joined(separator: ", ")).")
    var scenarios: [String] = []

    func validate() throws {
        guard seeds > 0, seeds <= 10_000 else { throw ValidationError("--seeds must be from 1 to 10000.") }
        let unknown = scenarios.filter { !Self.names.contains($0) }
        guard unknown.isEmpty else { throw ValidationError("There is no scenario '\(unknown[0])'.") }
    }

    func run() {
        let wanted = scenarios.isEmpty ? Self.names : scenarios
        print("seed \(seed), \(seeds) seeds a scenario\n")
        print(table(wanted.flatMap(rows)))
    }

    private static let names = [
        "hoarding", "mixture", "load", "memory", "commands", "kinds", "long", "opener", "emerge", "time",
    ]

    private func rows(of scenario: String) -> [Row] {
        let range = seed..<seed &+ seeds
        return switch scenario {
        case "hoarding": Hoarding(seeds: range).rows()
        case "mixture": Mixture(seeds: range).rows()
        case "load": ForeignLoad(seeds: range).rows()
        case "memory": Memory(seeds: seed..<seed &+ seeds * 50).rows()
        case "commands": Commands(seeds: seed..<seed &+ seeds * 5).rows()
        case "long": LongBuilds(seeds: range).rows()
        case "opener": Opener(seeds: range).rows()
        case "emerge": Dispatching(seeds: range).rows()
        case "kinds": Kinds(seeds: range).rows()
        default: DecisionTime().rows()
        }
    }
}
