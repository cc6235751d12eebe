internal import Wire

/// Judges a machine: what is right, what is wrong, and how to mend it.
package struct Doctor {
    let facts: MachineFacts

    package init(_ facts: MachineFacts) {
        self.facts = facts
    }

    /// Every finding, in the order in which things depend on one another.
    package var findings: [Finding] {
        [kernel, cuseFile, daemon, device].compactMap(\.self) + users + [sandbox].compactMap(\.self)
            + clients + portage + fleet + [environment].compactMap(\.self) + variables
            + [servers, processors, memory].compactMap(\.self)
    }

    // MARK: The kernel

    private var kernel: Finding? {
        let check = "kernel CUSE"
        // A node alone proves nothing: anybody can have made it.
        if let file = facts.cuseFile, facts.cuse != .absent || facts.daemon?.backend == .cuse {
            return file.kind == .device ? Finding(check, .ok, "Linux \(facts.release) has it") : nil
        }
        // Nobody misses what a daemon replaces on purpose.
        let state = [.fifo, .fuse].contains(facts.daemon?.backend) ? Finding.State.note : .broken
        switch facts.cuse {
        case .builtIn:
            return Finding(
                check,
                state,
                "built in, but there is no /dev/cuse",
                remedy: "mknod -m 660 /dev/cuse c 10 203"
            )
        case .module:
            return Finding(check, state, "a module that is not loaded", remedy: "modprobe cuse")
        case .absent, .unknown:
            let what = facts.cuse == .absent ? "has none" : "shows none"
            // A file of FUSE's knows its clients, too.
            let instead =
                facts.daemon?.backend == .fuse
                ? "a FUSE file does instead" : "a named pipe has to do, which cannot tell who holds a token"
            return Finding(
                check,
                state,
                "Linux \(facts.release) \(what): \(instead)",
                remedy:
                    "build the kernel with CONFIG_CUSE=m (File systems, FUSE, Character device in Userspace)"
            )
        }
    }

    private var cuseFile: Finding? {
        guard let file = facts.cuseFile else { return nil }
        let check = "/dev/cuse"
        guard file.kind == .device else {
            return Finding(
                check,
                .broken,
                "is no device",
                remedy: "rm /dev/cuse && modprobe -r cuse && modprobe cuse"
            )
        }
        guard file.mode & 0o006 == 0 else {
            let text = "everybody may make devices with it (mode \(octal(file.mode)))"
            return Finding(check, .broken, text, remedy: "chmod 0660 /dev/cuse")
        }
        return Finding(check, .ok, "mode \(octal(file.mode)), group \(file.groupName)")
    }

    // MARK: The device

    private var daemon: Finding {
        guard let daemon = facts.daemon else {
            let start = facts.isRefused ? joining : facts.system.start
            let opening = facts.closedFolder.map { "chmod 755 \($0), as root" }
            return Finding("daemon", .broken, facts.silence, remedy: opening ?? start)
        }
        let text = "\(daemon.limit) tokens at \(daemon.path) (\(daemon.backend.rawValue))"
        return Finding("daemon", .ok, text)
    }

    /// What lets the user who asks use the device, and its daemon's socket.
    private var joining: String {
        let group = facts.device?.groupName ?? "jobserver"
        return "gpasswd -a \(facts.users.first?.name ?? "USER") \(group), and log in again"
    }

    private var device: Finding {
        let path = facts.path
        guard let file = facts.device else {
            let remedy = facts.daemon == nil ? facts.system.start : facts.system.restart
            return Finding(path, .broken, "is not there", remedy: remedy)
        }
        // The file of the back end for tests is a regular one.
        guard file.kind != .other || facts.daemon?.backend == .fuse else {
            return Finding(
                path,
                .broken,
                "is no device: somebody wrote to the name while no daemon ran",
                remedy: "rm \(path)"
            )
        }
        guard file.mode & 0o060 == 0o060 || file.mode & 0o006 == 0o006 else {
            let text = "the group \(file.groupName) may not read and write it (mode \(octal(file.mode)))"
            return Finding(
                path,
                .broken,
                text,
                remedy: "chmod 0660 \(path), and STEVE_MODE=\"0660\" in \(facts.system.settings)"
            )
        }
        if file.mode & 0o006 != 0 {
            let text = "everybody may take tokens and keep them (mode \(octal(file.mode)))"
            let remedy = "groupadd -r jobserver, add who builds to it, and restart steve"
            return Finding(path, .note, text, remedy: remedy)
        }
        return Finding(path, .ok, "mode \(octal(file.mode)), group \(file.groupName)")
    }

    private var users: [Finding] {
        guard let file = facts.device else { return [] }
        return facts.users.map { user in
            let may = user.uid == 0 || file.mode & 0o006 == 0o006 || user.groups.contains(file.group)
            guard !may else { return Finding("user \(user.name)", .ok, "may use \(facts.path)") }
            // Never that: root's group opens far more than our device.
            let remedy =
                file.group == 0
                ? "start steve with --group jobserver, and gpasswd -a \(user.name) jobserver"
                : "gpasswd -a \(user.name) \(file.groupName), and log in again"
            return Finding(
                "user \(user.name)",
                .broken,
                "is not in the group \(file.groupName)",
                remedy: remedy
            )
        }
    }

    private var sandbox: Finding? {
        guard facts.hasSandbox else { return nil }
        let writable =
            facts.sandboxWritable
            + (facts.variables["SANDBOX_WRITE"] ?? "").split(separator: ":").map(String.init)
        let isCovered = writable.contains { facts.path == $0 || facts.path.hasPrefix($0 + "/") }
        // What it really did counts for more than what its files say.
        if facts.sandboxAnswer ?? (isCovered || facts.isBelowJobserver) {
            return Finding("sandbox", .ok, "lets builds write to \(facts.path)")
        }
        let remedy = "echo 'SANDBOX_WRITE=\"\(facts.path)\"' >> /etc/sandbox.d/90steve"
        return Finding("sandbox", .broken, "does not let builds write to \(facts.path)", remedy: remedy)
    }

    // MARK: Around it

    private var environment: Finding? {
        guard !facts.makeFlags.isEmpty else { return nil }
        return judge("MAKEFLAGS here", facts.makeFlags, where: "your environment")
    }

    /// Other numbers of jobs in the environment.
    private var variables: [Finding] {
        JobVariable.all.compactMap { variable in
            guard let value = facts.variables[variable.name], variable.counts(value) else { return nil }
            let (check, text) = ("\(variable.name) here", "\"\(value)\": \(variable.reason)")
            switch variable.fate {
            case .taken:
                return Finding(
                    check,
                    .note,
                    text,
                    remedy: "unset \(variable.name), or build under with-steve"
                )
            case .said:
                return Finding(check, .note, text, remedy: "unset \(variable.name) while others build")
            case .left: return Finding(check, .ok, text)
            }
        }
    }

    private var servers: Finding? {
        guard !facts.otherServers.isEmpty else { return nil }
        let text =
            "there is another jobserver: \(facts.otherServers.joined(separator: ", ")); each lets out its own tokens"
        return Finding(
            "one jobserver",
            .note,
            text,
            remedy: "let all builds name \(facts.path), and stop the other"
        )
    }

    private var processors: Finding? {
        guard let quota = facts.cpuQuota else { return nil }
        let text = "the control group allows \(quota) CPUs"
        guard let limit = facts.daemon?.limit, Double(limit) > quota.rounded(.up) * 2 else {
            return Finding("CPU quota", .ok, text)
        }
        let jobs = Int(quota.rounded(.up))
        return Finding(
            "CPU quota",
            .note,
            "\(text), and there are \(limit) tokens",
            remedy: "stevectl set jobs=\(jobs)"
        )
    }

    private var memory: Finding? {
        guard let bytes = facts.memoryLimit else { return nil }
        let text = "the control group allows \(bytes >> 20) MiB"
        guard let limit = facts.daemon?.limit, bytes >> 30 < limit / 2 else {
            return Finding("memory limit", .ok, text)
        }
        let remedy =
            "stevectl set min-memory-avail=auto: then memory is looked at before each grant"
        return Finding(
            "memory limit",
            .note,
            "\(text), less than 512 MiB for each of \(limit) tokens",
            remedy: remedy
        )
    }

    /// A value of MAKEFLAGS, wherever it stands.
    func judge(_ check: String, _ value: String, where place: String) -> Finding {
        let flags = MakeFlags(value)
        let wanted = "MAKEFLAGS=\"--jobserver-auth=fifo:\(facts.path)\" in \(place)"
        guard let server = flags.jobserver else {
            return Finding(check, .broken, "names no jobserver: \"\(value)\"", remedy: wanted)
        }
        guard server == "fifo:\(facts.path)" else {
            return Finding(check, .broken, "names \(server), not fifo:\(facts.path)", remedy: wanted)
        }
        let jobs = flags.jobOptions.joined(separator: " ")
        let more = jobs.isEmpty ? "" : "; make and ninja overlook the \(jobs) beside it"
        return Finding(check, .ok, "names fifo:\(facts.path)\(more)")
    }

    private func octal(_ mode: UInt32) -> String { "0" + String(mode, radix: 8) }
}
