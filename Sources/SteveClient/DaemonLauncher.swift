internal import Glibc
internal import Linux
internal import SystemPackage
package import Wire

/// Finds the daemon of a name, or starts it: only one, however many processes look for it at the same moment.
package struct DaemonLauncher {
    private let name: DeviceName
    private let environment: [String: String]
    private let daemon: DaemonStart

    /// A connection, and whether this process started the daemon behind it.
    package struct Attached: ~Copyable {
        package var connection: ControlConnection
        package let isNew: Bool
        /// Sentences for people: which places could not be used, and what the daemon printed as it started.
        package var notes: [String] = []

        /// The connection alone.
        package consuming func detached() -> ControlConnection { connection }
    }

    /// How often to look for a daemon: more often than one can be met that is just ending.
    private static let attempts = 5

    /// A launcher that starts `daemon` when none of that name runs.
    package init(_ name: DeviceName, environment: [String: String], daemon: DaemonStart) {
        self.name = name
        self.environment = environment
        self.daemon = daemon
    }

    /// Connects with the daemon that runs.
    package func find(patienceMilliseconds: Int32? = nil) throws(ControlFailure) -> ControlConnection {
        try ControlConnection(
            name,
            environment: environment,
            patienceMilliseconds: patienceMilliseconds
        )
    }

    /// Connects with the daemon that runs, else with a new one; it does not end while the connection is open.
    ///
    /// What a new one says is repeated on standard error, unless `quietly`.
    package func attach(quietly: Bool = false) throws(LaunchFailure) -> Attached {
        var failure = ControlFailure.noDaemon(device: name.description, lookedAt: [])
        for _ in 0..<Self.attempts {
            do throws(ControlFailure) {
                return Attached(connection: kept(try find()), isNew: false)
            } catch {
                failure = error
            }
            switch failure {
            case .noDaemon: return try attachAlone(quietly)
            // It was on its way out and will be gone: look again.
            case .ended: continue
            // Other connections of this user will end; until then no build fails for want of a place.
            case .busy: return try attachWhenThereIsAPlace()
            default: throw .control(failure)
            }
        }
        throw .control(failure)
    }

    /// The connection, or one with the server of a new keeper, where the daemon of a wrapper has lost its
    /// own.
    private func kept(_ connection: consuming ControlConnection) -> ControlConnection {
        guard connection.hasLostItsKeeper, let (directory, _) = try? RuntimePlaces(environment).own(),
            let lock = try? lock(directory)
        else { return connection }
        // Unless another wrapper has done so while this one waited. A service is refused: its supervisor
        // does.
        if let now = try? find(), now.hasLostItsKeeper { try? daemon.run(in: directory, quietly: true) }
        _ = consume lock
        guard let next = try? find() else { return connection }
        return next
    }

    /// Comes again and again, and says once why.
    private func attachWhenThereIsAPlace() throws(LaunchFailure) -> Attached {
        for attempt in 0... {
            do throws(ControlFailure) {
                return Attached(
                    connection: try ControlConnection(name, environment: environment),
                    isNew: false
                )
            } catch {
                guard case .busy(_, let why) = error else { return try attach() }
                if attempt == 20 { StandardError.write("with-steve: waiting for a place: \(why)\n") }
            }
            usleep(500_000)
        }
        fatalError("an endless loop has ended")
    }

    /// The same while no other wrapper looks for a daemon of that name and none is on its way out.
    private func attachAlone(_ quietly: Bool) throws(LaunchFailure) -> Attached {
        let (directory, notes) = try RuntimePlaces(environment).own()
        let lock = try lock(directory)
        var attached = try attachOrStart(in: directory, quietly)
        if attached.isNew { attached.notes = notes }
        // By now the daemon has a connection, and does not end before that has.
        _ = consume lock
        return attached
    }

    private func attachOrStart(in directory: String, _ quietly: Bool) throws(LaunchFailure) -> Attached {
        if let connection = try? ControlConnection(name, environment: environment) {
            return Attached(connection: connection, isNew: false)
        }
        try daemon.run(in: directory, quietly: quietly)
        do throws(ControlFailure) {
            return Attached(connection: try ControlConnection(name, environment: environment), isNew: true)
        } catch {
            throw .control(error)
        }
    }

    private func lock(_ directory: String) throws(LaunchFailure) -> FileLock {
        do throws(Errno) {
            return try FileLock(RuntimeDirectory.startLock(name, in: directory), waiting: true)
        } catch {
            throw .noDirectory(path: directory, "\(error)")
        }
    }
}
