internal import CLinux
internal import Glibc
package import SystemPackage

/// The contents of /proc.
///
/// A process that is gone is ESRCH, a text that cannot be read EBADMSG.
package enum ProcFS {
    /// The process that a thread belongs to: what a request's thread id stands for.
    package static func process(ofThread thread: Int32) throws(Errno) -> Int32 {
        // True of most callers, and a twentieth of the work of reading a file of /proc.
        if isThread(thread, of: thread) { return thread }
        return try withFile(of: thread, "status", limit: 512) { (text) throws(Errno) in
            guard let pid = threadGroup(inStatus: text) else { throw Errno.badMessage }
            return pid
        }
    }

    /// The process' state, parent, session and size.
    package static func stat(of pid: Int32) throws(Errno) -> ProcessStat {
        try withFile(of: pid, "stat", limit: 1024) { (text) throws(Errno) in
            guard let stat = ProcessStat(parsing: text) else { throw Errno.badMessage }
            return stat
        }
    }

    /// The process' parent: all that `stat` is read for most of the time.
    package static func parent(of pid: Int32) throws(Errno) -> Int32 {
        try withFile(of: pid, "stat", limit: 1024) { (text) throws(Errno) in
            guard let parent = ProcessStat.parent(text) else { throw Errno.badMessage }
            return parent
        }
    }

    /// The user who started the process: its real one.
    ///
    /// Not the owner of /proc/PID: a process can make that root by itself.
    package static func user(of pid: Int32) throws(Errno) -> UInt32 {
        try withFile(of: pid, "status", limit: 512) { (text) throws(Errno) in
            guard let user = user(inStatus: text) else { throw Errno.badMessage }
            return user
        }
    }

    /// The command line for people: arguments parted by blanks, on one line, at most `limit` bytes; the short
    /// name in brackets where there is none (kernel threads, zombies); empty when the process is gone.
    package static func command(of pid: Int32, limit: Int = 256) -> String {
        let line = commandLine(of: pid, limit: limit)
        guard line.isEmpty else { return line }
        guard let name = try? stat(of: pid).commandName else { return "" }
        return "[\(name)]"
    }

    /// The same where there is one: empty while another program is being executed, too.
    package static func commandLine(of pid: Int32, limit: Int = 256) -> String {
        let line = try? withFile(of: pid, "cmdline", limit: limit) { (text) throws(Errno) in
            commandLine(text)
        }
        return line ?? ""
    }

    /// The words of the command line, the last of them cut where `limit` bytes end; none when the process is
    /// gone.
    package static func words(of pid: Int32, limit: Int = 1024) -> [String] {
        let words = try? withFile(of: pid, "cmdline", limit: limit) { (text) throws(Errno) in Self.words(text)
        }
        return words ?? []
    }

    /// The variables with these beginnings that the process was started with, each as `NAME=value`; EACCES
    /// where another user's may not be read.
    package static func variables(of pid: Int32, _ beginnings: [StaticString]) throws(Errno) -> [String] {
        try withFile(of: pid, "environ", limit: 131_072) { (text) throws(Errno) in
            variables(text, beginnings)
        }
    }

    /// The control group, as a path from the root of its hierarchy.
    package static func cgroup(of pid: Int32) throws(Errno) -> String {
        try withFile(of: pid, "cgroup", limit: 16384) { (text) throws(Errno) in
            guard let path = cgroupPath(text) else { throw Errno.badMessage }
            return path
        }
    }

    /// The control group that this process was started in; empty if unknown.
    package static var startCgroup: String {
        let text = ControlGroups.atStart
        return cgroupPath(text.span) ?? ""
    }

    /// All processes that this one can see, in the order of /proc.
    package static func processes() throws(Errno) -> [Int32] {
        var pids: [Int32] = []
        pids.reserveCapacity(1024)
        try forEachEntry(ofDirectory: "/proc") { name in
            if let pid: Int32 = name.integer(at: 0) { pids.append(pid) }
        }
        return pids
    }

    /// Lends a file of /proc/PID; that it is not there, or ends while it is read, means that the process is
    /// gone.
    static func withFile<Result>(
        of pid: Int32,
        _ name: StaticString,
        limit: Int,
        _ body: (Span<UInt8>) throws(Errno) -> Result
    ) throws(Errno) -> Result {
        do throws(Errno) {
            // Safe: a static string ends with a zero and stays where it is.
            let raw = try retryingInterrupts {
                unsafe name.utf8Start.withMemoryRebound(to: CChar.self, capacity: name.utf8CodeUnitCount + 1)
                {
                    unsafe clinux_open_of_process(pid, $0)
                }
            }
            return try withContents(of: Descriptor(owning: raw), limit: limit, body)
        } catch {
            throw error == .noSuchFileOrDirectory ? .noSuchProcess : error
        }
    }
}

// MARK: - The texts

extension ProcFS {
    /// The thread group id in /proc/TID/status.
    ///
    /// The name above it cannot fake the line: the kernel escapes it.
    package static func threadGroup(inStatus text: Span<UInt8>) -> Int32? {
        text.value(ofLine: "Tgid:").flatMap { text.integer(at: $0) }
    }

    /// The first of the four users in /proc/PID/status.
    package static func user(inStatus text: Span<UInt8>) -> UInt32? {
        text.value(ofLine: "Uid:").flatMap { text.integer(at: $0) }
    }

    /// The text of /proc/PID/cmdline as one printable line.
    package static func commandLine(_ text: Span<UInt8>) -> String {
        var end = text.count
        while end > 0, text[end - 1] == 0 { end -= 1 }
        return text.printable(0..<end, nul: UInt8(ascii: " "))
    }

    /// The words of /proc/PID/cmdline, each as one printable line.
    package static func words(_ text: Span<UInt8>) -> [String] {
        var words: [String] = []
        forEachPart(of: text) { words.append(text.printable($0)) }
        return words
    }

    /// The lines of /proc/PID/environ, parted by NUL, that begin so.
    package static func variables(_ text: Span<UInt8>, _ beginnings: [StaticString]) -> [String] {
        var variables: [String] = []
        forEachPart(of: text) { part in
            if beginnings.contains(where: { text.has($0, at: part.lowerBound) }) {
                variables.append(text.printable(part))
            }
        }
        return variables
    }

    private static func forEachPart(of text: Span<UInt8>, _ body: (Range<Int>) -> Void) {
        var start = 0
        while start < text.count {
            let end = text.firstIndex(of: 0, from: start) ?? text.count
            body(start..<end)
            start = end + 1
        }
    }

    /// The path in /proc/PID/cgroup: the unified hierarchy's, unless that is the root and an older hierarchy
    /// says more.
    package static func cgroupPath(_ text: Span<UInt8>) -> String? {
        let groups = groups(text)
        let unified = groups.first { $0.controllers.isEmpty && $0.path != "/" }
        return (unified ?? groups.first { $0.path != "/" } ?? groups.first)?.path
    }

    /// The path in /proc/PID/cgroup of the hierarchy that has this controller, empty for the unified one.
    package static func cgroupPath(_ text: Span<UInt8>, controller: String) -> String? {
        groups(text).first {
            $0.controllers.split(separator: ",").contains(controller[...])
                || $0.controllers == controller
        }?.path
    }

    /// The path of the unified hierarchy in the text of /proc/PID/cgroup.
    static func unifiedCgroup(_ text: String) -> String {
        let line = text.split(separator: "\n").first { $0.hasPrefix("0::/") }
        return line.map { String($0.dropFirst("0::".count)) } ?? "/"
    }

    /// The lines `NUMBER:CONTROLLERS:PATH`, of which the path alone may have further colons.
    private static func groups(_ text: Span<UInt8>) -> [(controllers: String, path: String)] {
        var groups: [(controllers: String, path: String)] = []
        var line = 0
        while line < text.count {
            let end = text.firstIndex(of: UInt8(ascii: "\n"), from: line) ?? text.count
            if let first = text.firstIndex(of: UInt8(ascii: ":"), from: line),
                let second = text.firstIndex(of: UInt8(ascii: ":"), from: first + 1),
                second < end, text.has("/", at: second + 1)
            {
                groups.append((text.printable(first + 1..<second), text.printable(second + 1..<end)))
            }
            line = end + 1
        }
        return groups
    }
}

extension ProcFS {
    /// Whether the thread is the process's now, by one system call and without a look into /proc.
    ///
    /// The corresponding C function is `tgkill` with signal 0.
    package static func isThread(_ thread: Int32, of process: Int32) -> Bool {
        clinux_probe_thread(process, thread) == 0 || errno == EPERM
    }
}
