internal import Linux
internal import Reports
internal import SteveClient
internal import SystemPackage
internal import Wire

/// distcc, in the places that its manual names (distcc(1), distccd(1)).
extension MachineSurvey {
    func distcc(_ facts: MachineFacts) -> MachineFacts.Distcc? {
        let fleet = fleetPool()
        guard program("distcc") != nil || program("distccd") != nil || fleet != nil else { return nil }
        var distcc = MachineFacts.Distcc()
        distcc.fleet = fleet
        (distcc.hosts, distcc.place) = hosts(facts)
        distcc.linksLeadToDistcc = linksLeadToDistcc()
        distcc.serverTakesTokens = serverTakesTokens()
        if let links { distcc.links = links }
        return distcc
    }

    private func fleetPool() -> MachineFacts.Daemon? {
        guard root.isEmpty, let report = FleetPool.status(environment: environment) else { return nil }
        return .init(backend: report.backend, path: report.path, limit: report.limit)
    }

    /// The first place that names hosts counts.
    private func hosts(_ facts: MachineFacts) -> (DistccHosts?, String) {
        let conf = ["/etc/distcc/hosts", "/usr/local/etc/distcc/hosts"]
        let own = environment["DISTCC_DIR"] ?? environment["HOME"].map { "\($0)/.distcc" }
        let places =
            [("your environment", environment["DISTCC_HOSTS"] ?? "")]
            + [("/etc/portage/make.conf", facts.makeConf?["DISTCC_HOSTS"] ?? "")]
            + (own.map { ["\($0)/hosts"] + conf } ?? conf).map { ($0, text($0)) }
        let found = places.first { !$0.1.allSatisfy(\.isWhitespace) }
        return (found.map { DistccHosts($0.1) }, found?.0 ?? conf[0])
    }

    private func linksLeadToDistcc() -> Bool? {
        let folder = root + "/usr/lib/distcc/bin"
        guard let names = try? entries(ofDirectory: folder), !names.isEmpty else { return nil }
        return names.contains { name in
            ((try? linkTarget("\(folder)/\(name)"))?.split(separator: "/").last ?? "") == "distcc"
        }
    }

    /// The folder of links beside this program; nil: it was not installed with one.
    private var links: String? {
        let parts = (try? linkTarget("/proc/self/exe"))?.split(separator: "/").dropLast(2) ?? []
        let folder = parts.map { "/\($0)" }.joined() + "/lib/steve"
        return (try? FileStatus(ofPath: folder, following: true))?.kind == .directory ? folder : nil
    }

    private func serverTakesTokens() -> Bool? {
        guard root.isEmpty, let pids = try? ProcFS.processes() else { return nil }
        let servers = pids.filter { text("/proc/\($0)/comm") == "distccd\n" }
        // Another user's environment is nobody's to read.
        let environments = servers.compactMap { try? readWhole("/proc/\($0)/environ", limit: 1 << 20) }
        guard !environments.isEmpty else { return nil }
        return environments.allSatisfy { words in
            words.split(separator: 0).contains { word in
                let text = String(decoding: word, as: UTF8.self)
                let folder = text.dropFirst("DISTCCD_PATH=".count).prefix { $0 != ":" }
                return text.hasPrefix("DISTCCD_PATH=") && folder.hasSuffix("/steve/serve")
                    && (try? FileStatus(ofPath: String(folder), following: true)) != nil
            }
        }
    }
}
