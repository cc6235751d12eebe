internal import Glibc
internal import Linux
internal import SystemPackage
internal import Wire

/// Where the daemon lives on this machine: its directory, its locks, its socket's path.
final class Site {
    let name: DeviceName
    let directory: String
    /// Held for the daemon's whole life: one daemon a name.
    private let instance: FileLock
    /// Held while the daemon goes: no wrapper attaches to one that is about to end.
    private var ending: FileLock?

    init(_ configuration: Configuration) throws(DaemonError) {
        name = configuration.settings.deviceName
        directory = RuntimeDirectory.own(
            environment: configuration.environment,
            user: geteuid(),
            systemIsWritable: isWritable(RuntimeDirectory.system)
        )
        do throws(Errno) {
            try makeDirectory(directory, mode: directory.hasPrefix("/tmp/") ? 0o700 : 0o755)
        } catch {
            throw .runtimeDirectory(path: directory, error)
        }
        let path = RuntimeDirectory.instanceLock(name, in: directory)
        do throws(Errno) {
            instance = try Self.lock(path, socket: RuntimeDirectory.socket(name, in: directory))
        } catch {
            guard error == .resourceTemporarilyUnavailable else {
                throw .runtimeDirectory(path: path, error)
            }
            throw .alreadyRunning(
                device: name.path,
                pid: Self.listener(RuntimeDirectory.socket(name, in: directory))
            )
        }
    }

    var socketPath: String { RuntimeDirectory.socket(name, in: directory) }

    /// Whether no wrapper is attaching right now; from then on none can, until this process has ended.
    func closeForWrappers() -> Bool {
        do throws(Errno) {
            ending = try FileLock(RuntimeDirectory.startLock(name, in: directory), waiting: false)
        } catch {
            // Where the directory is gone nobody can come in any more.
            return error == .noSuchFileOrDirectory
        }
        return true
    }

    /// Wrappers may attach again: one had come in before the door was shut.
    func reopenForWrappers() {
        ending = nil
    }

    /// Locks it.
    ///
    /// One that is about to end is waited for: its socket is closed already, its lock not yet.
    private static func lock(_ path: String, socket: String) throws(Errno) -> FileLock {
        for _ in 0..<20 where listener(socket) == nil {
            if let lock = try? FileLock(path, waiting: false) { return lock }
            usleep(50_000)
        }
        return try FileLock(path, waiting: false)
    }

    /// Who listens on the control socket.
    private static func listener(_ socket: String) -> Int32? {
        try? UnixStream(connectingTo: socket).peer().pid
    }
}
