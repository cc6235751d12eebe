internal import Glibc
internal import Linux
internal import Reports
internal import SteveClient
internal import SystemPackage
internal import Wire

/// Looks at a machine for the doctor: reads files below a root, runs programs for their versions, asks the
/// daemon.
struct MachineSurvey {
    let root: String
    let environment: [String: String]
    private let name: DeviceName

    /// Looks at the machine below `root`; "" is this one.
    init(root: String = "", environment: [String: String], device name: DeviceName) {
        self.root = root
        self.environment = environment
        self.name = name
    }

    /// All that is to be judged.
    func facts() -> MachineFacts {
        var facts = MachineFacts(path: name.path)
        ask(&facts)
        facts.release = text("/proc/sys/kernel/osrelease").prefix { !$0.isNewline }.description
        facts.cuse = cuse(release: facts.release)
        facts.cuseFile = file("/dev/cuse")
        facts.device = file(facts.path)
        facts.users = users()
        facts.hasSandbox = (try? entries(ofDirectory: root + "/etc/sandbox.d")) != nil
        facts.sandboxWritable = sandboxWritable()
        facts.sandboxAnswer = facts.device == nil ? nil : sandboxAnswer(facts.path)
        facts.clients = ["make", "ninja", "cargo", "gcc", "ctest", "emerge"].compactMap(client)
        facts.variables = environment
        let release = ShellAssignments.read(text("/etc/os-release"))
        facts.system = System(osRelease: release, hasOpenRC: file("/run/openrc") != nil)
        PortageFiles(root: root).look(&facts)
        facts.distcc = distcc(facts)
        facts.otherServers = otherServers(facts.path, facts.distcc?.fleet?.path)
        facts.cpuQuota = CPUCount.quotas(root: root + "/sys/fs/cgroup").min()
        facts.memoryLimit = memoryLimit()
        return facts
    }

    private func ask(_ facts: inout MachineFacts) {
        do throws(ControlFailure) {
            var connection = try ControlConnection(name, environment: environment)
            let report = try connection.status()
            facts.daemon = .init(backend: report.backend, path: report.path, limit: report.limit)
            facts.path = report.path
        } catch {
            facts.silence = "\(error)"
            if case .cannotConnect(_, .permissionDenied) = error { facts.isRefused = true }
            facts.closedFolder = RuntimePlaces(environment).candidates.first { $0.flaw == .closed }?.directory
        }
    }

    // MARK: Files

    func text(_ path: String) -> String {
        String(decoding: (try? readWhole(root + path, limit: 1 << 20)) ?? [], as: UTF8.self)
    }

    private func file(_ path: String) -> MachineFacts.File? {
        guard let status = try? FileStatus(ofPath: root + path, following: true) else { return nil }
        let kind: MachineFacts.File.Kind =
            switch status.kind {
            case .characterDevice: .device
            case .pipe: .pipe
            case .regular, .directory, .socket, .link, .other: .other
            }
        let group = accounts("/etc/group").first { $0.number == status.group }?.name
        return .init(
            kind: kind,
            mode: status.mode,
            group: status.group,
            groupName: group ?? "\(status.group)"
        )
    }

    private func sandboxWritable() -> [String] {
        ((try? entries(ofDirectory: root + "/etc/sandbox.d")) ?? []).flatMap { name in
            (ShellAssignments.read(text("/etc/sandbox.d/\(name)"))["SANDBOX_WRITE"] ?? "")
                .split(separator: ":").map(String.init)
        }
    }

    /// Whether the sandbox of this machine lets a program open a path for reading and writing; nil: there is
    /// none.
    private func sandboxAnswer(_ path: String) -> Bool? {
        guard root.isEmpty, program("sandbox") != nil else { return nil }
        let script =
            "timeout 10 sandbox sh -c 'exec 3<>\"$0\"' \"$0\" > /dev/null 2>&1 && echo yes || echo no"
        return (try? Program(["sh", "-c", script, path]).output(limit: 16)).map { $0 == Array("yes\n".utf8) }
    }

    private func memoryLimit() -> Int? {
        ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].compactMap { path in
            Int(text(path).prefix { $0.isNumber })
        }.first { $0 < 1 << 60 }
    }

    // MARK: Users

    /// The lines of passwd or group: name, number, and the last two fields' texts.
    private func accounts(_ path: String) -> [(name: String, number: UInt32, rest: [Substring])] {
        text(path).split(whereSeparator: \.isNewline).compactMap { line in
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count > 3, let number = UInt32(fields[2]) else { return nil }
            return (String(fields[0]), number, Array(fields[3...]))
        }
    }

    /// The user who asks, with the groups that its processes really have, and Portage's user.
    private func users() -> [MachineFacts.User] {
        let known = accounts("/etc/passwd")
        let own = geteuid()
        let name = known.first { $0.number == own }?.name ?? "\(own)"
        let status = text("/proc/self/status").split(whereSeparator: \.isNewline)
        let groups = status.filter { $0.hasPrefix("Groups:") || $0.hasPrefix("Gid:") }.flatMap {
            $0.split(whereSeparator: \.isWhitespace).compactMap { UInt32($0) }
        }
        let asking = MachineFacts.User(name: name, uid: own, groups: Set(groups))
        let portage = known.filter { $0.name == "portage" && $0.number != own }.map { user in
            let members = accounts("/etc/group").filter {
                $0.rest.last?.split(separator: ",").contains("portage") == true
            }
            let first = user.rest.first.flatMap { UInt32($0) }.map { [$0] } ?? []
            return MachineFacts.User(
                name: "portage",
                uid: user.number,
                groups: Set(members.map(\.number) + first)
            )
        }
        return [asking] + portage
    }

    // MARK: Programs

    /// A program of the PATH, and the first line that it prints about its version.
    private func client(_ name: String) -> MachineFacts.Client? {
        guard let path = program(name) else { return nil }
        // A toolchain's proxy may want the network, and Portage says more than was asked.
        let script = "exec 2>/dev/null; exec timeout 10 \"$0\" --version"
        let words = ["sh", "-c", script, path]
        let own = environment.map { "\($0.key)=\($0.value)" }
        let output = (try? Program(words, environment: own).output(limit: 4_096)) ?? []
        let line = String(decoding: output, as: UTF8.self).prefix { !$0.isNewline }
        return MachineFacts.Client(name: name, version: String(line).printable)
    }

    func program(_ name: String) -> String? {
        let folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        return folders.map { "\(root)\($0)/\(name)" }.first(where: isExecutable)
    }

    private func isExecutable(_ path: String) -> Bool {
        guard let status = try? FileStatus(ofPath: path, following: true) else { return false }
        return status.kind == .regular && status.mode & 0o111 != 0
    }

    /// Whether somebody does: a daemon that was killed leaves its socket behind.
    private func listens(_ path: String) -> Bool {
        do throws(Errno) {
            _ = try UnixStream(connectingTo: path)
            return true
        } catch {
            return error != .connectionRefused
        }
    }

    /// Other daemons' sockets, and the device of an unrelated jobserver, guildmaster.
    ///
    /// The fleet's daemon does not count, because it has another purpose.
    private func otherServers(_ path: String, _ fleet: String?) -> [String] {
        let sockets = ((try? entries(ofDirectory: root + "/run/steve")) ?? []).filter {
            $0.hasSuffix(".sock") && listens(root + "/run/steve/" + $0)
        }
        let others = sockets.map { "/dev/" + $0.dropLast(".sock".count) }.filter {
            $0 != path && $0 != name.path && $0 != fleet
        }
        return others.sorted() + (file("/dev/guild")?.kind == .device ? ["/dev/guild (guildmaster)"] : [])
    }
}
