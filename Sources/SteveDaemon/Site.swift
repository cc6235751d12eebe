internal import Glibc
internal import Linux
internal import SystemPackage
internal import Wire

/// Where the daemon lives on this machine: its directory, its locks, its socket's path.
final class Site {
    let name: DeviceName
    let directory: String
    /// Held for the daemon's whole life, by keeper and server: one daemon a name.
    ///
    /// And claimed by the keeper alone: a lock that nobody claims is that of a server whose keeper was
    /// killed.
    private let instance: FileLock
    /// Held while the daemon ends, so that no wrapper connects to it.
    private var ending: FileLock?

    init(_ configuration: Configuration) throws(DaemonError) {
        name = configuration.settings.deviceName
        directory = try Self.directory(configuration.environment)
        let path = RuntimeDirectory.instanceLock(name, in: directory)
        do throws(Errno) {
            instance = try Self.lock(path, socket: RuntimeDirectory.socket(name, in: directory))
        } catch {
            guard error == .resourceTemporarilyUnavailable else {
                throw .runtimeDirectory(path: path, "\(error)")
            }
            throw Self.taken(name, directory)
        }
        // A server that is killed now may leave the lock to us, while somebody else tries to become its
        // keeper, in vain.
        try? instance.claim(waiting: true)
    }

    /// Goes on in the place that another program of this process has locked.
    init(_ configuration: Configuration, sharing lock: consuming FileLock) throws(DaemonError) {
        name = configuration.settings.deviceName
        directory = try Self.directory(configuration.environment)
        instance = lock
        guard (try? instance.claim(waiting: false)) != nil else {
            throw Self.taken(name, directory)
        }
    }

    /// The number of the lock's descriptor.
    var lock: CInt { instance.raw }

    /// The first usable place, which is made if it does not exist.
    static func directory(_ environment: [String: String]) throws(DaemonError) -> String {
        let places = RuntimeDirectory.places(
            environment: environment,
            user: User.outside,
            isRoot: Privileges.isRoot
        )
        do throws(SafeFolder.Flaw) {
            let folders = places.map { SafeFolder($0.path, mode: $0.mode, parent: $0.parent) }
            let (index, flaws) = try SafeFolder.first(folders)
            for (place, flaw) in zip(places, flaws) where place.isExpected || flaw == .closed {
                Log.note("cannot use \(place.path): \(flaw); using \(places[index].path)")
            }
            return places[index].path
        } catch {
            throw .runtimeDirectory(path: places.last?.path ?? "", "\(error)")
        }
    }

    /// Whether it is the daemon of the whole machine.
    var isSystem: Bool { directory == RuntimeDirectory.system }

    var socketPath: String { RuntimeDirectory.socket(name, in: directory) }

    /// Where a pipe or a FUSE file is that cannot be in /dev.
    var pathBeside: String { "\(directory)/\(name)" }

    /// Whether the file is a pipe that a daemon of this name made there, by the note in the lock file: others
    /// make pipes too.
    ///
    /// For a pipe beside the lock it is enough that one was made: in a copied tree, or in a layer of a
    /// container's image, its inode is another one.
    func isOurPipe(_ file: FileStatus, at path: String) -> Bool {
        guard file.kind == .pipe, file.user == User.effective else { return false }
        let isNoted = path == pathBeside && instance.note.hasPrefix(Self.notePrefix)
        return isNoted || instance.note == Self.note(of: file.identity)
    }

    /// Makes room beside the socket: a daemon of the other back end that was killed may have left a dead
    /// mount there, over an empty file, or its pipe.
    func clearPathBeside(for kind: FileStatus.Kind) throws(Errno) {
        let wasMount = TokenFile.isDeadMount(pathBeside)
        while TokenFile.isDeadMount(pathBeside) { try FuseMount.unmount(pathBeside) }
        guard let status = try? FileStatus(ofPath: pathBeside), status.kind != kind else { return }
        let isPlaceholder = wasMount && status.kind == .regular && status.size == 0
        guard isPlaceholder || isOurPipe(status, at: pathBeside) else { return }
        try removeFile(pathBeside)
    }

    /// Remembers the pipe, also for the daemon after this one.
    func remember(pipe: FileIdentity) {
        try? instance.write(note: Self.note(of: pipe))
    }

    /// The file is removed: what is at its path from now on belongs to others.
    func forgetPipe() {
        if instance.note.hasPrefix(Self.notePrefix) { try? instance.write(note: "") }
    }

    private static let notePrefix = "pipe "

    private static func note(of pipe: FileIdentity) -> String {
        "\(notePrefix)\(pipe.device) \(pipe.inode)\n"
    }

    /// Whether no wrapper is attaching right now; from then on none can, until this process has ended.
    func closeForWrappers() -> Bool {
        do throws(Errno) {
            try openEnding()
            try ending?.lock(waiting: false)
        } catch {
            // Where the directory is gone nobody can come in any more.
            return error == .noSuchFileOrDirectory
        }
        return true
    }

    /// Opens what a daemon may not open any more once it has become another user.
    func openEnding() throws(Errno) {
        if ending == nil { ending = try FileLock(unlocked: RuntimeDirectory.startLock(name, in: directory)) }
    }

    /// Wrappers may attach again: one had come in before the door was shut.
    func reopenForWrappers() {
        ending?.unlock()
    }

    /// Locks it.
    ///
    /// If the lock's holder is about to end, so that it greets nobody any more, this waits for the lock.
    private static func lock(_ path: String, socket: String) throws(Errno) -> FileLock {
        for _ in 0..<20 {
            if let lock = try? FileLock(path, waiting: false) { return lock }
            if greets(socket) { break }
        }
        return try FileLock(path, waiting: false)
    }

    /// Whether somebody serves the control socket.
    ///
    /// A connection alone proves little: the kernel accepts it even for a process that is stopped, or killed
    /// and not gone yet.
    private static func greets(_ socket: String) -> Bool {
        do throws(Errno) {
            let stream = try UnixStream(connectingTo: socket, patienceMilliseconds: 50)
            usleep(50_000)
            var greeting: [UInt8] = []
            return try stream.read(into: &greeting) ?? 0 > 0
        } catch {
            usleep(50_000)
            return false
        }
    }

    /// The process that serves under this name.
    private static func taken(_ name: DeviceName, _ directory: String) -> DaemonError {
        guard let stream = try? UnixStream(connectingTo: RuntimeDirectory.socket(name, in: directory)),
            let pid = try? stream.peer().pid
        else { return .alreadyRunning(device: name.path, pid: nil) }
        do throws(Errno) {
            guard try stream.peerProcess().hasEnded else {
                return .alreadyRunning(device: name.path, pid: pid)
            }
        } catch {
            guard error == .noSuchProcess else { return .alreadyRunning(device: name.path, pid: pid) }
        }
        let path = RuntimeDirectory.instanceLock(name, in: directory)
        let lock = try? FileStatus(ofPath: path).identity
        return .orphanServes(device: name.path, server: lock.flatMap(Orphan.server))
    }
}

/// Who may open the tokens' path and the control socket.
struct PathAccess {
    var group: UInt32?
    var mode: UInt32

    /// The access that the settings ask for.
    ///
    /// If the group does not exist, nobody has chosen who may build, so everybody may.
    init(_ settings: Settings) {
        let group = settings.group.flatMap(GroupAccount.find)
        self.group = group.map(\.gid).flatMap { Privileges.isRoot && User.has(group: $0) ? $0 : nil }
        mode = group == nil && settings.sources["mode"] == nil ? settings.mode | 0o666 : settings.mode
    }
}
