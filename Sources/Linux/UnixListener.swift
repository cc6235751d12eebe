internal import CLinux
internal import Glibc
package import SystemPackage

/// A local socket to which others connect.
///
/// Its name in the file system goes when it does.
package struct UnixListener: ~Copyable {
    private let descriptor: Descriptor
    private let path: String
    /// Which file is ours to remove.
    private let identity: FileIdentity?

    /// Listens at the path.
    ///
    /// EADDRINUSE when somebody does already or when something else than a socket is there. A socket that
    /// nobody listens on any more is replaced; two that replace it at the same moment must be kept apart
    /// by a `FileLock`. The permissions are right before anybody can connect.
    package init(path: String, mode: UInt32, group: UInt32? = nil) throws(Errno) {
        let socket = try Self.bind(path)
        let identity: FileIdentity
        do throws(Errno) {
            let name = try PathHandle(path)
            guard name.status.kind == .socket else { throw .fileExists }
            identity = name.status.identity
            try name.setAccess(group: group, mode: mode)
            _ = try check(listen(socket.raw, Self.backlog))
        } catch {
            try? removeFile(path)
            throw error
        }
        descriptor = socket
        self.path = path
        self.identity = identity
    }

    /// Goes on listening at the path in the place of another program of this process.
    package init(inheriting socket: consuming Descriptor, path: String) throws(Errno) {
        identity = try FileStatus(ofPath: path).identity
        descriptor = socket
        self.path = path
    }

    /// Whether it is a socket that listens at the path.
    package static func listens(_ raw: CInt, at path: String) -> Bool {
        // Safe: the path is lent for the call.
        unsafe clinux_unix_listens(raw, path) == 1
    }

    /// Takes over listening: clients that connect from now on see this process as the listener.
    ///
    /// The corresponding C function is `listen`.
    package func listenAgain() { _ = listen(descriptor.raw, Self.backlog) }

    private static let backlog: CInt = 4096

    /// Listens on a socket that another process has made and will remove.
    package init(borrowing raw: CInt) {
        descriptor = Descriptor(owning: raw)
        path = ""
        identity = nil
    }

    /// The number to watch: readable while somebody waits for `accept`.
    package var raw: CInt { descriptor.raw }

    /// The next connection; nil when nobody waits, or the client has gone.
    ///
    /// The corresponding C function is `accept4`.
    package func accept() throws(Errno) -> UnixStream? {
        guard
            let raw = try unlessItWouldWait({
                while true {
                    let raw = clinux_accept(descriptor.raw)
                    // ECONNABORTED is about that one connection only.
                    if raw != -1 || errno != ECONNABORTED { return Int(raw) }
                }
            })
        else { return nil }
        return UnixStream(owning: Descriptor(owning: CInt(raw)))
    }

    deinit {
        // A name that a successor has taken over is the successor's.
        guard let identity, let now = try? FileStatus(ofPath: path).identity, now == identity else { return }
        try? removeFile(path)
    }

    private static func bind(_ path: String) throws(Errno) -> Descriptor {
        do throws(Errno) {
            // Safe: the path is lent for the call.
            return Descriptor(owning: try check(unsafe clinux_unix_bind(path)))
        } catch {
            guard error == .addressInUse, isStale(path) else { throw error }
        }
        try removeFile(path)
        // Safe: as above.
        return Descriptor(owning: try check(unsafe clinux_unix_bind(path)))
    }

    /// Whether the path is a socket whose listener is gone.
    private static func isStale(_ path: String) -> Bool {
        guard let status = try? FileStatus(ofPath: path), status.kind == .socket else { return false }
        do throws(Errno) {
            _ = try UnixStream(connectingTo: path)
            return false
        } catch {
            return error == .connectionRefused
        }
    }
}
