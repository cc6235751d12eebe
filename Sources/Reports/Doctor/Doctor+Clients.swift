internal import Wire

/// The clients that were found, and what their versions can do.
extension Doctor {
    var clients: [Finding] { facts.clients.map(judge) }

    private func judge(_ client: MachineFacts.Client) -> Finding {
        let check = client.name
        guard let version = ProgramVersion(in: client.version) else {
            return Finding(check, .note, "says no version: \"\(client.version)\"")
        }
        let ok = Finding(check, .ok, "\(version)")
        switch client.name {
        case "make": return make(version) ?? ok
        case "ninja":
            return ninja(version) ?? ok
        case "cargo":
            guard version < ProgramVersion(1, 75) else { return ok }
            let text = "cargo \(version) knows no fifo: it makes a pool of all CPUs of its own"
            return Finding(check, .note, text, remedy: Upgrade.cargo.remedy(facts))
        case "gcc":
            guard version < ProgramVersion(13) else { return ok }
            let text =
                "gcc \(version) knows no fifo: with -flto=auto it runs as many jobs as there are CPUs"
            return Finding(check, .note, text, remedy: Upgrade.gcc.remedy(facts))
        case "emerge": return emerge(version) ?? ok
        case "ctest":
            return warning(.ctest, version).map {
                Finding(check, .note, $0, remedy: Upgrade.ctest.remedy(facts))
            } ?? ok
        default: return ok
        }
    }

    /// Gentoo's package is patched, so its version alone does not say which paths it takes.
    private func ninja(_ version: ProgramVersion) -> Finding? {
        if facts.ninjaIsReference == false {
            let text = "is samurai, which knows no jobserver: eclasses give it the -jN of MAKEOPTS, or -j1"
            let remedy =
                "echo 'app-alternatives/ninja reference -samurai' >> /etc/portage/package.use/ninja, and "
                + "emerge --oneshot app-alternatives/ninja"
            return Finding("ninja", .note, text, remedy: remedy)
        }
        if let package = facts.ninjaPackage,
            ProgramVersion(package: package) >= ProgramVersion(package: "1.13.2-r1")
        {
            return nil
        }
        return warning(.ninja, version).map {
            Finding("ninja", .note, $0, remedy: Upgrade.ninja.remedy(facts))
        }
    }

    private func make(_ version: ProgramVersion) -> Finding? {
        guard version < ProgramVersion(4, 4) else { return nil }
        let text = "make \(version) knows no fifo: with our MAKEFLAGS it ends with an error"
        return Finding("make", .broken, text, remedy: Upgrade.make.remedy(facts))
    }

    private func emerge(_ version: ProgramVersion) -> Finding? {
        guard version < ProgramVersion(3, 0, 76) else { return nil }
        let wants = facts.makeConf?["FEATURES"]?.split(separator: " ").contains("jobserver-token") == true
        let broken = wants && version < ProgramVersion(3, 0, 74)
        let text = "Portage \(version) takes no token for a package's first job"
        return Finding(
            "emerge",
            broken ? .broken : .note,
            text,
            remedy: Upgrade.portage.remedy(facts)
        )
    }

    private func warning(_ program: KnownProgram, _ version: ProgramVersion) -> String? {
        program.warning(of: version, called: "\(version)", on: facts.daemon?.backend ?? .cuse)
    }
}
