internal import Ledger
internal import Linux
internal import SystemPackage
internal import Wire

/// What outlives a server: the tokens' path, the control socket, the lock, and the ledger of what was promised.
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
        // While nobody else writes into it.
        ledger.stage(path.path.utf8, ledger.layout.path, 0)
        ledger.commit()
    }

    /// What another program of this process had, by its ledger.
    init(inheriting ledger: ServerLedger, _ configuration: Configuration) throws(DaemonError) {
        func number(_ word: Word) -> CInt { CInt(truncatingIfNeeded: ledger[word]) }
        let lock = FileLock(sharing: Descriptor(owning: number(.lockDescriptor)))
        let place = String(decoding: ledger.text(ledger.layout.path, 0), as: UTF8.self)
        site = try Site(configuration, sharing: lock)
        path = TokenPath(
            inheriting: TokenPath.Kind(rawValue: ledger[.pathKind]) ?? .pipe,
            path: place,
            raw: number(.pathDescriptor)
        )
        self.ledger = ledger
        let socket = Descriptor(owning: number(.listenerDescriptor))
        do throws(Errno) {
            listener = try UnixListener(inheriting: socket, path: site.socketPath)
        } catch {
            throw .socket(path: site.socketPath, error)
        }
        bequeath(false)
    }

    /// Leaves all to another program of this process, or keeps it from the programs that others start.
    func bequeath(_ isLeft: Bool = true) {
        ledger[.pathKind] = path.kind.rawValue
        ledger[.pathDescriptor] = UInt64(path.raw)
        ledger[.lockDescriptor] = UInt64(site.lock)
        ledger[.listenerDescriptor] = UInt64(socket)
        for raw in [ledger.memory.raw, path.raw, site.lock, socket] { Descriptor.inherit(raw, isLeft) }
    }

    private var socket: CInt {
        switch listener {
        case .some(let listener): listener.raw
        case .none: -1
        }
    }

    /// The control socket, for a server, which is another process.
    var sharedListener: UnixListener {
        UnixListener(borrowing: socket)
    }

    /// Removes what was made for it.
    func close() {
        listener = nil
        path.close()
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
