internal import Glibc
internal import Jobserver
internal import Ledger
internal import Linux
internal import SystemPackage
internal import Wire

/// A server whose keeper was killed: it serves on, and has all that a keeper needs.
///
/// An attacker may control it while we are root. So the kernel says what its descriptors are, and our own
/// settings say where they belong.
struct Orphan: ~Copyable {
    let pid: Int32
    let ledger: ServerLedger
    let bequest: Bequest
    private let process: ProcessDescriptor

    /// The server of what this configuration names; nil: there is none, or this process cannot take it over.
    init?(_ configuration: Configuration) {
        let name = configuration.settings.deviceName
        guard let directory = try? Site.directory(configuration.environment) else { return nil }
        let path = RuntimeDirectory.instanceLock(name, in: directory)
        guard let lock = try? FileStatus(ofPath: path).identity, let pid = Self.server(lock),
            let process = try? ProcessDescriptor(pid)
        else { return nil }
        // One that ends with its users is not a service, and the other way round. And whose processes have
        // other numbers here would be thought dead, and what they hold free.
        guard Self.endsWithUsers(pid) == configuration.endsWithUsers, Self.seesWhatWeSee(pid) else {
            return nil
        }
        var finds = Finds(lock, name, directory)
        let folder = "/proc/\(pid)/fd"
        for number in ((try? entries(ofDirectory: folder)) ?? []).compactMap(CInt.init) {
            guard let target = try? linkTarget("\(folder)/\(number)") else { continue }
            finds.look(at: number, target, of: process)
        }
        guard let (ledger, bequest) = finds.taken(), ledger[.isIncomplete] == 0, !process.hasEnded else {
            return nil
        }
        (self.pid, self.ledger, self.bequest) = (pid, ledger, bequest)
        self.process = process
    }

    /// The only server that has the lock.
    static func server(_ lock: FileIdentity) -> Int32? {
        let pids = FileUsers(of: lock).pids.filter { pid in
            pid != getpid() && (try? ProcFS.stat(of: pid))?.commandName == Keeper.serverName
        }
        return pids.count == 1 ? pids.first : nil
    }

    private static func seesWhatWeSee(_ pid: Int32) -> Bool {
        ["pid", "mnt", "time"].allSatisfy { kind in
            let ours = try? linkTarget("/proc/self/ns/\(kind)")
            // No kernel before 5.6 has the last one.
            guard ours != nil || kind == "time" else { return false }
            return (try? linkTarget("/proc/\(pid)/ns/\(kind)")) == ours
        }
    }

    private static func endsWithUsers(_ pid: Int32) -> Bool {
        ProcFS.commandLine(of: pid, limit: 65_536).split(separator: " ").contains("--end-with-users")
    }

    /// Ends it, and waits until that is so.
    func end() {
        try? process.signal(SIGKILL)
        while !process.hasEnded { usleep(100) }
    }
}

/// What was found in it, as the kernel says.
private struct Finds: ~Copyable {
    private let lockIdentity: FileIdentity
    private let name: DeviceName
    private let directory: String
    private var lock: Descriptor?
    private var memory: Descriptor?
    private var listener: Descriptor?
    private var tokens: Descriptor?
    private var kind = TokenPath.Kind.pipe
    private var path = ""

    init(_ lock: FileIdentity, _ name: DeviceName, _ directory: String) {
        (lockIdentity, self.name, self.directory) = (lock, name, directory)
    }

    /// Takes one of its descriptors, if it is one of those; of several the first.
    mutating func look(at number: CInt, _ target: String, of process: borrowing ProcessDescriptor) {
        let beside = "\(directory)/\(name)"
        switch target {
        case RuntimeDirectory.instanceLock(name, in: directory): takeLock(number, process)
        case "/dev/cuse": takeTokens(number, process, .cuse, name.path)
        case "/dev/fuse": takeTokens(number, process, .file, beside)
        case name.path, beside: takeTokens(number, process, .pipe, target)
        case _ where target.hasPrefix("/memfd:steve "):
            if memory == nil { memory = try? process.take(number) }
        case _ where target.hasPrefix("socket:") && listener == nil:
            guard let socket = try? process.take(number),
                UnixListener.listens(socket.raw, at: RuntimeDirectory.socket(name, in: directory))
            else { break }
            listener = consume socket
        default: break
        }
    }

    private mutating func takeLock(_ number: CInt, _ process: borrowing ProcessDescriptor) {
        guard lock == nil, let taken = try? process.take(number),
            (try? FileStatus(ofDescriptor: taken.raw))?.identity == lockIdentity
        else { return }
        let shared = FileLock(sharing: taken)
        // The server may have the file open a second time: only the locked descriptor can be locked again. A
        // living keeper has the claim; without one the first process that wants to be keeper gets it. The
        // claim ends when any descriptor of the file is closed, so from now on none is opened or taken.
        if (try? shared.lock(waiting: false)) != nil, (try? shared.claim(waiting: false)) != nil {
            lock = shared.release()
        }
    }

    private mutating func takeTokens(
        _ number: CInt,
        _ process: borrowing ProcessDescriptor,
        _ kind: TokenPath.Kind,
        _ path: String
    ) {
        guard tokens == nil, let taken = try? process.take(number),
            let status = try? FileStatus(ofDescriptor: taken.raw),
            status.kind == (kind == .pipe ? .pipe : .characterDevice)
        else { return }
        tokens = consume taken
        (self.kind, self.path) = (kind, path)
    }

    /// All of it; nil: something is missing.
    consuming func taken() -> (ServerLedger, Bequest)? {
        guard let lock, let memory, let listener, let tokens, let ledger = try? ServerLedger(memory) else {
            return nil
        }
        return (
            ledger,
            Bequest(
                name: name,
                kind: kind,
                path: path,
                pathDescriptor: tokens.release(),
                listener: listener.release(),
                lock: lock.release()
            )
        )
    }
}
