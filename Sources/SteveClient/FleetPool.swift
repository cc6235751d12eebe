package import Wire

/// The pool of jobs that other machines do for this one: the second daemon of steve-cc(1).
package enum FleetPool {
    /// The status of the pool that STEVE_FLEET names, or else of the one called `fleet`; nil if there is
    /// none.
    package static func status(environment: [String: String]) -> StatusReport? {
        let named = environment["STEVE_FLEET"]?.split(separator: "/").last.map(String.init)
        guard let name = DeviceName(named ?? "fleet") else { return nil }
        do throws(ControlFailure) {
            var connection = try ControlConnection(name, environment: environment)
            return try connection.status()
        } catch {
            return nil
        }
    }
}
