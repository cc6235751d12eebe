internal import Linux
internal import SystemPackage
internal import Wire

/// What the daemon gives up when it begins to serve, so that an intruder can do little with it.
extension Daemon {
    /// Gives up what serving does not need; a kernel that cannot take it is said, and served on.
    func confine() {
        let files = boundFiles()
        // It may not be made any more then.
        if configuration.endsWithUsers { try? site.openEnding() }
        let calls = filterCalls()
        confinement = StatusReport.Confinement(
            calls: calls == nil,
            files: files == nil,
            text: [calls ?? "system calls are filtered", files ?? "files are bounded"].joined(separator: "; ")
        )
    }

    /// Says which calls were refused: a fault of the list, or somebody who got into the daemon.
    func tellRefusedCalls() {
        while let call = SystemCallFilter.nextRefusal {
            Log.note(
                "warning: refused system call \(call) to myself: not one that a server needs "
                    + "(docs/security.md); please report this"
            )
        }
    }

    /// Why system calls are not filtered; nil: they are.
    private func filterCalls() -> String? {
        do throws(Errno) {
            try SystemCallFilter.install()
            return nil
        } catch {
            Log.note("system calls are not filtered here: no seccomp (\(error)); serving without")
            return "system calls are not filtered: no seccomp (\(error))"
        }
    }

    /// Why files are not bounded; nil: they are.
    private func boundFiles() -> String? {
        guard !looksIntoProcesses else {
            return "files are not bounded: Landlock would hide what processes have open, which is looked at"
        }
        do throws(Errno) {
            let bounds = try FileBounds()
            for place in ["/proc", "/sys"] + configuration.folders { bounds.allow(.read, at: place) }
            bounds.allow(.readOrWrite, at: "/dev/null")
            try bounds.enforce()
            return nil
        } catch {
            Log.note("files are not bounded here: no Landlock (\(error)); serving without")
            return "files are not bounded: no Landlock (\(error))"
        }
    }

    /// Whether the daemon looks into processes as not everybody may: as root or as their user, for the labels
    /// of builds; under hidepid; and on a pipe, to find its users.
    private var looksIntoProcesses: Bool { account == nil || hiding.isOn || server.backend == .fifo }
}
