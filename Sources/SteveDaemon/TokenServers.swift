internal import Fuse
internal import Glibc
internal import Jobserver
internal import Linux
internal import SystemPackage
internal import Wire

/// Makes the server of the tokens' path.
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

    /// Serves what was opened.
    ///
    /// If another server did so before, this one continues with what that one had promised.
    func serve(_ path: TokenPath, isTakingOver: Bool) throws(DaemonError) -> any TokenServer {
        switch path.kind {
        case .pipe: return try pipe(path, isTakingOver)
        case .cuse, .file:
            let server = DeviceServer(
                settings,
                backend: path.backend,
                path: path.path,
                site: site,
                registry: registry,
                gate: gate
            )
            if path.kind == .cuse, !isTakingOver { try server.checkNode() }
            let kind: DeviceSession.Kind =
                path.kind == .file ? .file : .cuse(name: settings.deviceName.description)
            let access = PathAccess(settings)
            let rights = FileAccessRights(group: access.group ?? getgid(), mode: access.mode)
            try server.start(kind, Descriptor(owning: path.raw), loop, access: rights)
            return server
        }
    }

    private func pipe(_ path: TokenPath, _ isTakingOver: Bool) throws(DaemonError) -> PipeServer {
        do throws(Errno) {
            return try PipeServer(
                pipe: NamedPipe(owning: Descriptor(owning: path.raw)),
                path: path.path,
                limits: Limits(settings),
                registry: registry,
                gate: gate,
                loop: loop,
                isTakingOver: isTakingOver
            )
        } catch {
            throw .pipe(path: path.path, reason: "\(error)")
        }
    }
}

/// Where tokens come from: a descriptor that outlives its servers, and the path where clients find it.
struct TokenPath {
    enum Kind: UInt64 { case cuse, file, pipe }

    let kind: Kind
    let path: String
    let raw: CInt
    /// What to undo at the end.
    var debris: [Debris] = []

    var backend: Backend {
        switch kind {
        case .cuse: .cuse
        case .file: .fuse
        case .pipe: .fifo
        }
    }

    /// Opens what the settings ask for.
    static func open(_ settings: Settings, _ site: Site) throws(DaemonError) -> TokenPath {
        switch settings.backend {
        case .cuse: return try cuse(settings)
        case .fifo: return try pipe(settings, site)
        case .fuse: return try file(site)
        case .auto:
            do throws(DaemonError) {
                return try cuse(settings)
            } catch {
                guard case .noCuse(let errno) = error else { throw error }
                Log.note(
                    "no /dev/cuse: \(errno) (\(DaemonError.advice(errno))); a named pipe has to do, "
                        + "which cannot know who holds a token"
                )
                return try pipe(settings, site)
            }
        }
    }

    private static func cuse(_ settings: Settings) throws(DaemonError) -> TokenPath {
        var debris: [Debris] = []
        do throws(Errno) {
            let descriptor = try DeviceServer.openCuse(&debris)
            return TokenPath(
                kind: .cuse,
                path: settings.deviceName.path,
                raw: descriptor.release(),
                debris: debris
            )
        } catch {
            throw .noCuse(error)
        }
    }

    private static func file(_ site: Site) throws(DaemonError) -> TokenPath {
        let path = site.pathBeside
        do throws(Errno) {
            try site.clearPathBeside(for: .regular)
        } catch {
            throw .device(path: path, reason: "\(error)")
        }
        let descriptor = try DeviceServer.openFile(at: path)
        return TokenPath(
            kind: .file,
            path: path,
            raw: descriptor.release(),
            debris: [.mount(path), .file(path)]
        )
    }

    /// The pipe is at /dev/NAME itself where we may make one: a make.conf that names /dev/steve stays right.
    private static func pipe(_ settings: Settings, _ site: Site) throws(DaemonError) -> TokenPath {
        let beside = site.pathBeside
        let first = settings.deviceName.path
        try? site.clearPathBeside(for: .pipe)
        do throws(Errno) {
            return try pipe(at: first, settings, site)
        } catch {
            if error == .fileExists {
                Log.note("\(first) is there already, and none of ours: serving at \(beside)")
            }
        }
        do throws(Errno) {
            return try pipe(at: beside, settings, site)
        } catch {
            throw .pipe(path: beside, reason: "\(error)")
        }
    }

    /// Makes the pipe, or reuses one that a daemon left behind which no longer holds our lock.
    private static func pipe(
        at path: String,
        _ settings: Settings,
        _ site: Site
    ) throws(Errno) -> TokenPath {
        let access = PathAccess(settings)
        if let status = try? FileStatus(ofPath: path) {
            guard site.isOurPipe(status, at: path) else { throw .fileExists }
            return TokenPath(
                kind: .pipe,
                path: path,
                raw: try reuse(path, access, site).release(),
                debris: [.file(path)]
            )
        }
        let pipe = try NamedPipe(makingAt: path, mode: access.mode, group: access.group)
        site.remember(pipe: pipe.identity)
        return TokenPath(kind: .pipe, path: path, raw: pipe.release(), debris: [.file(path)])
    }

    /// Closes it, and removes from the file system what was made there.
    func close() {
        for item in debris { item.remove() }
        _ = Descriptor(owning: raw)
    }

    /// The pipe of a daemon that was killed: clients that wait for it to be opened at its other end go on.
    private static func reuse(
        _ path: String,
        _ access: PathAccess,
        _ site: Site
    ) throws(Errno) -> NamedPipe {
        let pipe = try NamedPipe(path: path)
        try pipe.setAccess(group: access.group, mode: access.mode)
        // No living process has counted the bytes in it.
        while try pipe.take(65_536) > 0 {}
        site.remember(pipe: pipe.identity)
        return pipe
    }
}

extension TokenPath {
    /// What another program of this process had opened.
    init(inheriting kind: Kind, path: String, raw: CInt) {
        let debris: [Debris] =
            switch kind {
            case .cuse: []
            case .file: [.mount(path), .file(path)]
            case .pipe: [.file(path)]
            }
        self.init(kind: kind, path: path, raw: raw, debris: debris)
    }
}
