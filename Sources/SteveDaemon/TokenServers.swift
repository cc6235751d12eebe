internal import Fuse
internal import Glibc
internal import Jobserver
internal import Linux
internal import SystemPackage
internal import Wire

/// Opens the back end that the settings ask for.
enum TokenServers {
    typealias Opening = (Settings, Site, ProcessRegistry, EventLoop) throws(DaemonError) -> any TokenServer

    static func open(
        _ settings: Settings,
        _ site: Site,
        _ registry: ProcessRegistry,
        _ loop: EventLoop
    ) throws(DaemonError) -> any TokenServer {
        let limits = Limits(settings)
        switch settings.backend {
        case .cuse: return try cuse(settings, limits, registry, loop)
        case .fifo: return try pipe(settings, limits, site, registry, loop)
        case .fuse: return try file(settings, limits, site, registry, loop)
        case .auto:
            do throws(DaemonError) {
                return try cuse(settings, limits, registry, loop)
            } catch {
                guard case .noCuse(let errno) = error else { throw error }
                Log.note(
                    "no /dev/cuse: \(errno) (\(DaemonError.advice(errno))); a named pipe has to do, "
                        + "which cannot know who holds a token"
                )
                return try pipe(settings, limits, site, registry, loop)
            }
        }
    }

    private static func cuse(
        _ settings: Settings,
        _ limits: Limits,
        _ registry: ProcessRegistry,
        _ loop: EventLoop
    ) throws(DaemonError) -> any TokenServer {
        let descriptor: Descriptor
        do throws(Errno) {
            descriptor = try DeviceServer.openCuse()
        } catch {
            throw .noCuse(error)
        }
        let server = DeviceServer(
            backend: .cuse,
            path: settings.deviceName.path,
            limits: limits,
            registry: registry
        )
        try server.start(.cuse(name: settings.deviceName.description), descriptor, loop)
        return server
    }

    private static func file(
        _ settings: Settings,
        _ limits: Limits,
        _ site: Site,
        _ registry: ProcessRegistry,
        _ loop: EventLoop
    ) throws(DaemonError) -> any TokenServer {
        let path = "\(site.directory)/\(site.name)"
        let server = DeviceServer(backend: .fuse, path: path, limits: limits, registry: registry)
        let descriptor: Descriptor
        do throws(Errno) {
            descriptor = try DeviceServer.openFile(at: path)
            server.debris = [.mount(path), .file(path)]
        } catch {
            throw .device(path: path, reason: "\(error)")
        }
        do throws(DaemonError) {
            try server.start(.file, descriptor, loop)
        } catch {
            server.close()
            throw error
        }
        return server
    }

    /// The pipe is at /dev/NAME itself where we may make one: a make.conf that names /dev/steve stays right.
    private static func pipe(
        _ settings: Settings,
        _ limits: Limits,
        _ site: Site,
        _ registry: ProcessRegistry,
        _ loop: EventLoop
    ) throws(DaemonError) -> any TokenServer {
        let access = PathAccess(settings)
        let beside = "\(site.directory)/\(site.name)"
        for path in [settings.deviceName.path, beside] {
            do throws(Errno) {
                let pipe = try makePipe(path, access)
                return try PipeServer(pipe: pipe, path: path, limits: limits, registry: registry, loop: loop)
            } catch {
                guard path != beside else { throw .pipe(path: path, reason: "\(error)") }
            }
        }
        throw .pipe(path: beside, reason: "no place for it")
    }

    /// Makes the pipe; one that a daemon left behind, which holds our lock no more, is replaced.
    private static func makePipe(_ path: String, _ access: PathAccess) throws(Errno) -> NamedPipe {
        if let status = try? FileStatus(ofPath: path) {
            guard status.kind == .pipe, status.user == geteuid() else { throw .fileExists }
            try removeFile(path)
        }
        return try NamedPipe(makingAt: path, mode: access.mode, group: access.group)
    }
}
