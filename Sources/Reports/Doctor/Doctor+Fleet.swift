internal import Wire

/// distcc beside tokens: on the sender and on the helper (docs/fleet.md).
extension Doctor {
    var fleet: [Finding] {
        guard let distcc = facts.distcc else { return [] }
        return
            (asks
            ? [pool(distcc), local(distcc), preprocessors(distcc), links(distcc), pause, patience] : [])
            .compactMap(\.self) + [server(distcc)].compactMap(\.self)
    }

    /// Whether compiles of this machine go elsewhere.
    private var asks: Bool {
        let features = [facts.makeConf?["FEATURES"], facts.variables["FEATURES"]].compactMap(\.self)
        let isOn = features.joined(separator: " ").split(separator: " ").last {
            $0 == "distcc" || $0 == "-distcc"
        }
        return isOn == "distcc" || facts.distcc?.fleet != nil || facts.variables["DISTCC_HOSTS"] != nil
    }

    /// The fleet's pool is as wide as the hosts that distcc asks.
    private func pool(_ distcc: MachineFacts.Distcc) -> Finding {
        let check = "fleet"
        guard let hosts = distcc.hosts, hosts.slots > 0 || hosts.isOpen else {
            let text = "distcc knows no hosts but this machine"
            return Finding(check, .note, text, remedy: "DISTCC_HOSTS=\"HOST/SLOTS …\" in \(distcc.place)")
        }
        let width = hosts.isOpen ? "N" : "\(hosts.slots)"
        guard let limit = distcc.fleet?.limit else {
            let text = "no pool for jobs elsewhere: each keeps its token of this machine meanwhile"
            return Finding(
                check,
                .note,
                text,
                remedy: "with-steve --fleet \(width), or the service steve.fleet (steve-cc(1))"
            )
        }
        guard distcc.fleet?.backend != .fifo, facts.daemon?.backend != .fifo else {
            let text = "a named pipe cannot take back what is lent: nothing is compiled elsewhere"
            return Finding(check, .note, text, remedy: "with-steve --backend fuse --fleet \(width)")
        }
        guard !hosts.isOpen, limit != hosts.slots else {
            return Finding(check, .ok, "\(limit) tokens for jobs elsewhere")
        }
        return Finding(
            check,
            .note,
            "\(limit) tokens for jobs elsewhere, and the hosts in \(distcc.place) have \(hosts.slots) slots",
            remedy:
                "stevectl set --device fleet jobs=\(hosts.slots), and STEVE_JOBS in /etc/conf.d/steve.fleet"
        )
    }

    private func local(_ distcc: MachineFacts.Distcc) -> Finding? {
        guard distcc.hosts?.hasLocal == true else { return nil }
        let text =
            "names localhost: what is compiled here needs no distcc, and takes a token of the fleet then"
        return Finding("distcc hosts", .note, text, remedy: "leave localhost out in \(distcc.place)")
    }

    /// What goes elsewhere is preprocessed here, under a token that is lent to others already.
    private func preprocessors(_ distcc: MachineFacts.Distcc) -> Finding? {
        guard let hosts = distcc.hosts, let limit = facts.daemon?.limit, hosts.preprocessors > limit else {
            return nil
        }
        let text = "\(hosts.preprocessors) sources may be preprocessed here at once, beside \(limit) tokens"
        return Finding(
            "distcc localslots_cpp",
            .note,
            text,
            remedy: "--localslots_cpp=\(limit) among the hosts in \(distcc.place)"
        )
    }

    private func links(_ distcc: MachineFacts.Distcc) -> Finding? {
        guard let leads = distcc.linksLeadToDistcc else { return nil }
        let folder = "/usr/lib/distcc/bin"
        guard leads else { return Finding(folder, .ok, "its links lead to steve-cc") }
        return Finding(
            folder,
            .note,
            "its links lead to distcc, past steve-cc: a job elsewhere keeps its token here",
            remedy: "for name in \(folder)/*; do ln -sf /usr/bin/steve-cc \"$name\"; done"
        )
    }

    private func setting(_ name: String) -> String? { facts.variables[name] ?? facts.makeConf?[name] }

    private var pause: Finding? {
        guard let value = setting("DISTCC_PAUSE_TIME_MSEC"), let time = Int(value), time > 200 else {
            return nil
        }
        let text = "\(time): with no host free a compile sleeps so many milliseconds, token in hand"
        return Finding("DISTCC_PAUSE_TIME_MSEC", .note, text, remedy: "unset it: steve-cc says 50")
    }

    private var patience: Finding? {
        let (check, usual) = ("DISTCC_IO_TIMEOUT", 300)
        let time = setting(check).flatMap { Int($0) } ?? usual
        guard time >= usual else {
            return Finding(check, .ok, "a helper that hangs is given up after \(time) s")
        }
        let text = "a helper that hangs keeps each of its compiles for \(time) s before they are done here"
        return Finding(
            check,
            .note,
            text,
            remedy: "DISTCC_IO_TIMEOUT=120, or as long as your slowest source takes"
        )
    }

    private func server(_ distcc: MachineFacts.Distcc) -> Finding? {
        guard let takes = distcc.serverTakesTokens else { return nil }
        guard !takes else { return Finding("distccd", .ok, "takes a token of this machine for each job") }
        return Finding(
            "distccd",
            .note,
            "runs here without our links: its jobs come beside this machine's tokens",
            remedy:
                "export DISTCCD_PATH=\(distcc.links)/serve in its environment, /etc/conf.d/distccd or /etc/default/distcc (steve-cc(1))"
        )
    }
}
