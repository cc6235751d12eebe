/// One promise of the device, acted out.
package struct Scenario: Sendable, CustomStringConvertible {
    /// The promise's name in the contract, and what of it.
    package let description: String
    /// Whether it makes a PID namespace, which only root may.
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

    /// Acts it out; afterwards the device is as before.
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

    /// For those that have to be quicker than a reservation.
    private static let attempts = 5

    /// All of them.
    package static let all = reading + writing + polling + reservations + accounting + limits + storms
}
