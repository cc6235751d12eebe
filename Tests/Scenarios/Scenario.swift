/// One promise of the device, which client processes act out.
package struct Scenario: Sendable, CustomStringConvertible {
    /// The promise's name in the contract, and the part of it that this scenario shows.
    package let description: String
    /// Whether the scenario makes a PID namespace, which only root may.
    package let needsRoot: Bool
    private let act: @Sendable (Stage) throws(ScenarioFailure) -> Void

    init(
        _ name: String,
        needsRoot: Bool = false,
        _ act: @escaping @Sendable (Stage) throws(ScenarioFailure) -> Void
    ) {
        description = name
        self.needsRoot = needsRoot
        self.act = act
    }

    /// Acts the scenario out, and leaves the device as it was.
    package func run(
        on device: any ScenarioDevice,
        rounds: Int = 3,
        slow: Int = 1
    ) throws(ScenarioFailure) {
        for attempt in 1...Self.attempts {
            let stage = try Stage(device, rounds: rounds, slow: slow)
            do throws(ScenarioFailure) {
                try act(stage)
            } catch {
                let wasTooSlow = stage.wasTooSlow
                try? stage.finish()
                guard wasTooSlow, attempt < Self.attempts else { throw error }
                continue
            }
            return try stage.finish()
        }
    }

    /// How often to try a scenario that has to be quicker than a reservation.
    private static let attempts = 5

    /// All scenarios.
    package static let all = reading + writing + polling + reservations + accounting + limits + storms
}
