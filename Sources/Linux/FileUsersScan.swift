internal import Glibc
internal import SystemPackage

/// Looks through every open file of every process, a few at a time, because a busy machine has hundreds of
/// thousands.
package final class FileUsersScan {
    private let file: FileIdentity
    private var pids: [Int32]
    private var open: OpenFiles?
    /// Who has been found.
    package private(set) var users = FileUsers()

    /// Begins with the processes that there are now.
    package init(of file: FileIdentity) {
        self.file = file
        let processes = (try? ProcFS.processes()) ?? []
        pids = processes.reversed()
        // The first process is always there: where it is not seen (hidepid), others are not either.
        users.isIncomplete = !processes.contains(1)
    }

    /// Looks at this many more open files; true when it has seen all.
    package func step(_ count: Int) -> Bool {
        var left = count
        while left > 0 {
            left -= 1
            if open == nil {
                guard let pid = pids.popLast() else { return true }
                openFolder(of: pid)
                continue
            }
            guard let pid = open?.pid, let next = open?.next() else {
                open = nil
                continue
            }
            if next == file {
                users.pids.append(pid)
                open = nil
            }
        }
        return false
    }

    private func openFolder(of pid: Int32) {
        do throws(Errno) {
            open = try OpenFiles(of: pid)
        } catch {
            if error != .noSuchFileOrDirectory, error != .noSuchProcess { users.isIncomplete = true }
        }
    }
}

/// The open files of one process, one after the other.
@safe private final class OpenFiles {
    let pid: Int32
    // Safe: opened by init, closed by deinit, used in between by this value alone.
    private let directory: OpaquePointer

    init(of pid: Int32) throws(Errno) {
        self.pid = pid
        // Safe: the path is lent for the call.
        guard let directory = unsafe opendir("/proc/\(pid)/fd") else { throw Errno(rawValue: errno) }
        unsafe self.directory = directory
    }

    deinit { unsafe _ = closedir(directory) }

    /// Which file the next one is, zero for what cannot be seen; nil when there is no more.
    func next() -> FileIdentity? {
        // Safe: the entry is valid until the next readdir of this stream.
        guard let entry = unsafe readdir(directory) else { return nil }
        var status = stat()
        // Safe: name and structure are lent for the call.
        let result = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
            unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                unsafe fstatat(dirfd(directory), name, &status, 0)
            }
        }
        guard result == 0 else { return FileIdentity(device: 0, inode: 0) }
        return FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }
}

/// The processes that have a certain file open.
package struct FileUsers: Hashable, Sendable {
    /// Their pids, in the order of /proc.
    package var pids: [Int32] = []
    /// Some process could not be looked into: others may have the file open.
    package var isIncomplete = false

    /// Looks through every open file of every process; that takes milliseconds, too long for every event.
    ///
    /// A user other than root sees only processes of that user, except with `Capabilities.readAnything` and
    /// `.trace`.
    package init(of file: FileIdentity) {
        let scan = FileUsersScan(of: file)
        while !scan.step(.max) {}
        self = scan.users
    }

    /// Nobody yet.
    init() {}
}
