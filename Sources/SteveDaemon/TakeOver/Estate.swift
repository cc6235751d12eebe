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
    }

    /// The control socket, for a server, which is another process.
    var sharedListener: UnixListener {
        switch listener {
        case .some(let listener): UnixListener(borrowing: listener.raw)
        case .none: UnixListener(borrowing: -1)
        }
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
