internal import Vocabulary
internal import Glibc
internal import Jobserver
internal import Ledger
internal import Linux
internal import Wire

/// A server that continues where another one ended.
extension Daemon {
    /// Makes true what that one had promised, before anything else is done.
    func takeOver() {
        registry.ledger[.takeovers] += 1
        registry.ledger[.lastTakeover] = UInt64(bitPattern: MonotonicTime.now.nanoseconds)
        isToldToEnd = registry.ledger[.stopsDeclined] > 0
        let end = registry.ledger[.drainingUntil]
        if end != 0 { drain(until: MonotonicTime(nanoseconds: Int64(bitPattern: end))) }
        if let server = server as? DeviceServer { server.takeOver(inForce) }
        for process in registry.all {
            guard registry.ledger.isUser(process) else { continue }
            process.isRegistered = true
            users.registered(process.pid)
        }
    }

    /// The takeover in a line, for the log.
    var takeOverSentence: String {
        let use = server.use
        return
            "took over from a server that \(Self.reason(registry.ledger[.lastReason])): \(use.out) token(s) out"
            + (use.isAnyoneWaiting ? ", somebody waits" : "")
            + " (takeover \(registry.ledger[.takeovers]))"
    }

    /// How often that has been; nil: never.
    func takeovers(at now: MonotonicTime) -> StatusReport.Takeovers? {
        let count = Int(registry.ledger[.takeovers])
        guard count > 0 else { return nil }
        let last = MonotonicTime(nanoseconds: Int64(bitPattern: registry.ledger[.lastTakeover]))
        return StatusReport.Takeovers(
            count: count,
            since: now.seconds(since: last),
            reason: Self.reason(registry.ledger[.lastReason])
        )
    }

    /// Watches the keeper for its end; does nothing for a server without one.
    func watchKeeper() {
        let pid = Int32(truncatingIfNeeded: registry.ledger[.keeper])
        guard pid > 0 else { return }
        if let process = try? ProcessDescriptor(pid), let raw = process.raw {
            try? loop.watch(raw, for: .readable, key: EventSource.keeper.key)
            keeper = consume process
        }
        // It ended before it was watched, and the number may be another's by now, or nobody's.
        if getppid() != pid { keeperHasEnded() }
    }

    /// Serves on alone: from now on nothing would start another server or clean up.
    func keeperHasEnded() {
        guard !isOrphan else { return }
        if let raw = keeper?.raw { loop.unwatch(raw) }
        keeper = nil
        isOrphan = true
        // The next keeper may have other settings.
        registry.ledger.stage(settings)
        server.book()
        Log.note(
            "the keeper, PID \(registry.ledger[.keeper]), has ended: serving on; the next steve that is started keeps what is here"
        )
    }

    /// Says when the daemon has begun to depend on this server's life, and when it no longer does.
    func tellWhetherAnotherCouldGoOn() {
        isTooMuch = registry.ledger.isIncomplete
        Log.note(
            isTooMuch
                ? "warning: more processes, open files or waiting reads than the ledger has rows for: until there are "
                    + "fewer, the daemon ends if its server does, and is not upgraded (fuser -v \(server.path) shows who)"
                : "the ledger has room for all again: another server could go on"
        )
    }

    /// No status that a shell gives.
    static let lostItsKeeper: UInt64 = 1 << 16

    /// How a server ended, by what the keeper wrote down: the status that a shell would give.
    static func reason(_ status: UInt64) -> String {
        switch status {
        case 0: StatusReport.Takeovers.upgrade
        case lostItsKeeper: "had lost its keeper"
        case 129...: "was killed by signal \(status - 128)"
        default: "ended with \(status)"
        }
    }
}

extension ServerLedger {
    /// Whether the process of a client with this pid lives.
    func lives(_ pid: ProcessID) -> Bool {
        rows(layout.processes).contains { row in
            self.pid(of: ClientID(index: Int32(row))) == pid
                && (try? ProcFS.stat(of: pid))?.startTime == startTime(of: ClientID(index: Int32(row)))
        }
    }
}
