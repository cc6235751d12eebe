internal import Fuse
internal import Glibc
internal import Jobserver
internal import Linux
internal import SystemPackage
internal import Wire

/// Opens the back end that the settings ask for.
struct TokenServers {
    let settings: Settings
    private let site: Site
    let registry: ProcessRegistry
    let gate: Gate
    let loop: EventLoop

    init(_ settings: Settings, _ site: Site, _ registry: ProcessRegistry, _ gate: Gate, _ loop: EventLoop) {
        self.settings = settings
        self.site = site
        self.registry = registry
        self.gate = gate
        self.loop = loop
    }

    func open() throws(DaemonError) -> any TokenServer {
        switch settings.backend {
        case .cuse: return try cuse()
        case .fifo: return try pipe()
        case .fuse: return try file()
        case .auto:
            do throws(DaemonError) {
                return try cuse()
            } catch {
                guard case .noCuse(let errno) = error else { throw error }
                Log.note(
                    "no /dev/cuse: \(errno) (\(DaemonError.advice(errno))); a named pipe has to do, "
                        + "which cannot know who holds a token"
                )
                return try pipe()
            }
        }
    }

    private func cuse() throws(DaemonError) -> any TokenServer {
        let server = device(.cuse, settings.deviceName.path)
        let descriptor: Descriptor
        do throws(Errno) {
            descriptor = try DeviceServer.openCuse(&server.debris)
        } catch {
            throw .noCuse(error)
        }
        do throws(DaemonError) {
            server.isReplaceable = { [site] in site.isOurPipe($0) }
            try server.checkNode()
            try server.start(.cuse(name: settings.deviceName.description), descriptor, loop)
        } catch {
            server.close()
            throw error
        }
        return server
    }

    private func file() throws(DaemonError) -> any TokenServer {
        let server = device(.fuse, "\(site.directory)/\(site.name)")
        let descriptor = try DeviceServer.openFile(at: server.path)
        server.debris = [.mount(server.path), .file(server.path)]
        do throws(DaemonError) {
            let access = PathAccess(settings)
            let rights = FileAccessRights(group: access.group ?? getgid(), mode: access.mode)
            try server.start(.file, descriptor, loop, access: rights)
        } catch {
            server.close()
            throw error
        }
        return server
    }

    private func device(_ backend: Backend, _ path: String) -> DeviceServer {
        DeviceServer(settings, backend: backend, path: path, registry: registry, gate: gate)
    }

    /// The pipe is at /dev/NAME itself where we may make one: a make.conf that names /dev/steve stays right.
    private func pipe() throws(DaemonError) -> any TokenServer {
        let beside = "\(site.directory)/\(site.name)"
        let first = settings.deviceName.path
        do throws(Errno) {
            return try pipe(at: first)
        } catch {
            if error == .fileExists {
                Log.note("\(first) is there already, and none of ours: serving at \(beside)")
            }
        }
        do throws(Errno) {
            return try pipe(at: beside)
        } catch {
            throw .pipe(path: beside, reason: "\(error)")
        }
    }

    private func pipe(at path: String) throws(Errno) -> PipeServer {
        let pipe = try makePipe(path, PathAccess(settings))
        do throws(Errno) {
            return try PipeServer(
                pipe: pipe,
                path: path,
                limits: Limits(settings),
                registry: registry,
                gate: gate,
                loop: loop
            )
        } catch {
            // Nobody would ever open its other end.
            try? removeFile(path)
            throw error
        }
    }

    /// Makes the pipe; one that a daemon left behind, which holds our lock no more, is used again.
    private func makePipe(_ path: String, _ access: PathAccess) throws(Errno) -> NamedPipe {
        if let status = try? FileStatus(ofPath: path) {
            guard site.isOurPipe(status) else { throw .fileExists }
            return try reuse(path, access)
        }
        let pipe = try NamedPipe(makingAt: path, mode: access.mode, group: access.group)
        site.remember(pipe: pipe.identity)
        return pipe
    }

    /// The pipe of a daemon that was killed: clients that wait for it to be opened at its other end go on.
    private func reuse(_ path: String, _ access: PathAccess) throws(Errno) -> NamedPipe {
        let pipe = try NamedPipe(path: path)
        try pipe.setAccess(group: access.group, mode: access.mode)
        // What it holds was counted by nobody who lives.
        while try pipe.take(65_536) > 0 {}
        site.remember(pipe: pipe.identity)
        return pipe
    }
}
