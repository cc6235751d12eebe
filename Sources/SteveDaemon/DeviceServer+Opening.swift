internal import Fuse
internal import Glibc
internal import Ledger
internal import Linux
internal import SystemPackage
internal import Wire

/// Something in the file system that the daemon made.
enum Debris {
    case file(String)
    case mount(String)

    func remove() {
        switch self {
        case .mount(let path): try? FuseMount.unmount(path)
        case .file(let path): try? removeFile(path)
        }
    }
}

extension DeviceServer {
    /// Opens the kernel's side of a CUSE device: loads the module if needed, and makes the node in a /dev
    /// without udev.
    ///
    /// Adds what it made to `debris`.
    static func openCuse(_ debris: inout [Debris]) throws(Errno) -> Descriptor {
        do throws(Errno) {
            return try openReadWrite(cusePath)
        } catch {
            guard error != .permissionDenied, error != .notPermitted, Privileges.isRoot else { throw error }
        }
        _ = DeviceNode.loadModule("cuse")
        do throws(Errno) {
            return try openReadWrite(cusePath)
        } catch {
            guard error == .noSuchFileOrDirectory else { throw error }
        }
        return try openMadeCuse(&debris)
    }

    private static let cusePath = "/dev/cuse"

    private static func openMadeCuse(_ debris: inout [Debris]) throws(Errno) -> Descriptor {
        try DeviceNode.make(at: cusePath, .cuse)
        do throws(Errno) {
            let descriptor = try openReadWrite(cusePath)
            debris.append(.file(cusePath))
            return descriptor
        } catch {
            try? removeFile(cusePath)
            throw error
        }
    }

    /// Mounts one file over /dev/fuse, and returns the kernel's side.
    static func openFile(at path: String) throws(DaemonError) -> Descriptor {
        let fuse: Descriptor
        do throws(Errno) {
            fuse = try openReadWrite("/dev/fuse")
        } catch {
            throw .kernel(what: "cannot open /dev/fuse, which the fuse back end needs", error)
        }
        do throws(Errno) {
            try mountFile(at: path, fuse)
        } catch {
            throw .device(path: path, reason: "\(error)")
        }
        return fuse
    }

    private static func mountFile(at path: String, _ fuse: borrowing Descriptor) throws(Errno) {
        let isNew = try makeFile(path)
        do throws(Errno) {
            // Over this very file: a name can become a link to another one.
            let file = try mountPoint(path)
            try FuseMount.mount(at: file.path, descriptor: fuse.raw, isRegularFile: true)
        } catch {
            if isNew { try? removeFile(path) }
            throw error
        }
    }

    /// Our empty file at the path; EEXIST if anything else is there.
    private static func mountPoint(_ path: String) throws(Errno) -> PathHandle {
        // Daemons that were killed left their mounts there; we hold the lock that they had.
        if TokenFile.isDeadMount(path) {
            try FuseMount.unmount(path)
            return try mountPoint(path)
        }
        let file: PathHandle
        do throws(Errno) {
            file = try PathHandle(path)
        } catch {
            guard error == .socketNotConnected else { throw error }
            try FuseMount.unmount(path)
            return try mountPoint(path)
        }
        let status = file.status
        guard status.kind == .regular, status.user == User.effective, status.size == 0, status.links == 1,
            !TokenFile.isMount(path)
        else { throw .fileExists }
        return file
    }

    // MARK: The path

    func publish(_ access: PathAccess) throws(DaemonError) {
        guard backend == .cuse else { return }
        do throws(Errno) {
            try makeNodeWhereNobodyDoes()
            try PathHandle(path).setAccess(group: access.group, mode: access.mode)
        } catch {
            throw .device(path: path, reason: "\(error)")
        }
    }

    /// Refuses a name that belongs to something else, before the kernel makes a device of it.
    func checkNode() throws(DaemonError) {
        guard let status = try? FileStatus(ofPath: path), !mayGo(status) else { return }
        // Another daemon's: the kernel will say so.
        if let number = try? cuseNumber, status.deviceNumber == number { return }
        throw .device(path: path, reason: "something else is there already (give --dev-name)")
    }

    /// Whether what is at the path may be replaced: the node of a device that no longer exists, or the pipe
    /// of a daemon that had given up the right to remove it.
    private func mayGo(_ status: FileStatus) -> Bool {
        switch status.kind {
        case .characterDevice: DeviceNode.isDead(status.deviceNumber)
        case .pipe: site.isOurPipe(status, at: path)
        default: false
        }
    }

    private var cuseNumber: DeviceNumber {
        get throws(Errno) { try DeviceNode.number(ofCUSE: String(path.dropFirst("/dev/".count))) }
    }

    /// A container's /dev is no devtmpfs: the kernel made the device, and nobody its node.
    private func makeNodeWhereNobodyDoes() throws(Errno) {
        let number = try cuseNumber
        if let status = try? FileStatus(ofPath: path) {
            guard status.deviceNumber != number || status.kind != .characterDevice else { return }
            guard mayGo(status) else { throw .fileExists }
            try removeFile(path)
        }
        try DeviceNode.make(at: path, number)
        registry.ledger[.hasMadeNode] = 1
    }
}
