internal import Glibc
internal import Linux
internal import SystemPackage
internal import Wire

/// Where the daemon lives on this machine: its directory, its locks, the path of its tokens.
final class Site {
    let name: DeviceName
    let directory: String
    /// Held for the daemon's whole life: one daemon a name.
    private let instance: FileLock
    private var starting: FileLock?
    private var nodeToRemove: String?
    private var mountPoint: String?

    init(_ configuration: Configuration) throws(DaemonError) {
        name = configuration.settings.deviceName
        let isSystemWritable = access(RuntimeDirectory.system, W_OK) == 0
        directory = RuntimeDirectory.own(
            environment: configuration.environment,
            user: geteuid(),
            systemIsWritable: isSystemWritable
        )
        do throws(Errno) {
            try makeDirectory(directory, mode: directory.hasPrefix("/tmp/") ? 0o700 : 0o755)
        } catch {
            throw .runtimeDirectory(path: directory, error)
        }
        instance = try Self.lock("\(directory)/\(name).lock", for: name)
    }

    var socketPath: String { RuntimeDirectory.socket(name, in: directory) }

    private static func lock(_ path: String, for name: DeviceName) throws(DaemonError) -> FileLock {
        do throws(Errno) {
            guard let lock = try FileLock.attempt(path) else {
                let owner = (try? readSmallFile(path)).flatMap { Int32($0.prefix { $0.isNumber }) }
                throw DaemonError.alreadyRunning(device: name.description, pid: owner)
            }
            lock.write("\(getpid())\n")
            return lock
        } catch {
            throw .runtimeDirectory(path: path, error)
        }
    }
}
