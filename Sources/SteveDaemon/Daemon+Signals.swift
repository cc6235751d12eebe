internal import Glibc
internal import Jobserver
internal import Ledger
internal import Linux
internal import Reports
internal import Wire

/// What the daemon does on a signal: steve(8).
extension Daemon {
    func received(_ signal: CInt) {
        switch signal {
        // The keeper has it, too, and says it in other words.
        case SIGINT where registry.ledger[.keeper] != 0: break
        case SIGTERM, SIGINT: stop()
        case SIGHUP: reload()
        case SIGUSR1: Log.note(lines: StatusTable(report, isVerbose: true).text)
        default: break
        }
    }

    private func stop() {
        if configuration.endsWithUsers, ending == .no, !isToldToEnd, hasForeignUsers {
            isToldToEnd = true
            registry.ledger[.stopsDeclined] += 1
            Log.note(
                "told to end, but others build with this daemon: it ends with the last of them, or when told again"
            )
            return
        }
        guard ending == .no, settings.drain > .zero else {
            ending = .now
            return
        }
        server.stopGranting()
        drain(until: .now + settings.drain.nanoseconds)
        Log.note("granting no more tokens; ending when the last is back, or after \(settings.drain)")
    }

    /// Lets clients finish until then, also if another server takes over meanwhile.
    func drain(until time: MonotonicTime) {
        ending = .draining(until: time)
        registry.ledger[.drainingUntil] = UInt64(bitPattern: time.nanoseconds)
    }

    /// Whether a process has registered that does not belong, by its control group, to the caller that
    /// started this daemon and that may be ending.
    private var hasForeignUsers: Bool {
        users.all.contains { pid in
            guard let group = try? ProcFS.cgroup(of: pid) else { return false }
            return group != startGroup
        }
    }

    private func reload() {
        do throws(ConfigurationError) {
            apply(try configuration.reload())
            hiding = ProcHiding()
            Log.note("read the settings again")
        } catch {
            Log.note("\(error); nothing was changed")
        }
    }
}
