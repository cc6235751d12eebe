internal import Ledger
internal import Linux
internal import SystemPackage
internal import Wire

/// What outlives a server: the tokens' path, the control socket, the lock, and the ledger of what was
/// promised.
final class Estate {
    let site: Site
    let path: TokenPath
    let ledger: ServerLedger
    private var listener: UnixListener?

    /// Opens all of it.
    init(_ settings: Settings, _ site: Site) throws(DaemonError) {
        self.site = site
        do throws(Errno) {
            ledger = try ServerLedger()
        } catch {
            throw .kernel(what: "cannot make the ledger", error)
        }
        let path = try TokenPath.open(settings, site)
        do throws(DaemonError) {
            listener = try site.listen(PathAccess(settings))
        } catch {
            path.close()
            throw error
        }
        self.path = path
    }

    /// What another program of this process had, by its ledger.
    init(
        inheriting ledger: ServerLedger,
        _ bequest: Bequest,
        _ configuration: Configuration
    ) throws(DaemonError) {
        let lock = FileLock(sharing: Descriptor(owning: bequest.lock))
        site = try Site(configuration, sharing: lock)
        path = TokenPath(
            inheriting: TokenPath.Kind(rawValue: bequest.kind) ?? .pipe,
            path: bequest.path,
            raw: bequest.pathDescriptor
        )
        self.ledger = ledger
        let socket = Descriptor(owning: bequest.listener)
        do throws(Errno) {
            listener = try UnixListener(inheriting: socket, path: site.socketPath)
        } catch {
            throw .socket(path: site.socketPath, error)
        }
        leave(false)
    }

    /// What another program of this process needs to go on.
    func bequest(_ program: String) -> Bequest { Bequest(of: self, listener: socket, program: program) }

    /// Leaves all to another program of this process, or keeps it from the programs that others start.
    func leave(_ isLeft: Bool = true) {
        for raw in [ledger.memory.raw, path.raw, site.lock, socket] { Descriptor.inherit(raw, isLeft) }
    }

    private var socket: CInt {
        switch listener {
        case .some(let listener): listener.raw
        case .none: -1
        }
    }

    /// Listens in place of a keeper that was killed, for the users whom the settings name now.
    func listenAgain(_ access: PathAccess) {
        switch listener {
        case .some(let listener):
            listener.listenAgain()
            try? PathHandle(site.socketPath).setAccess(group: access.group, mode: access.mode)
        case .none: break
        }
    }

    /// Whether somebody waits for the server, at the device or at the control socket; the bytes in a pipe are
    /// tokens, not requests.
    var isRequestWaiting: Bool { path.kind != .pipe && isReadable(path.raw) || isReadable(socket) }

    /// The control socket, for a server, which is another process.
    var sharedListener: UnixListener {
        UnixListener(borrowing: socket)
    }

    /// Removes what was made for it.
    func close() {
        listener = nil
        path.close()
        site.forgetPipe()
        if ledger[.hasMadeNode] != 0 { try? removeFile(path.path) }
    }
}

extension Site {
    /// Opens the control socket.
    func listen(_ access: PathAccess) throws(DaemonError) -> UnixListener {
        do throws(Errno) {
            return try UnixListener(path: socketPath, mode: access.mode, group: access.group)
        } catch {
            throw .socket(path: socketPath, error)
        }
    }
}
