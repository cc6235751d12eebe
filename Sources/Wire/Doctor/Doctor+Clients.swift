/// The clients that were found: which versions can what.
extension Doctor {
    var clients: [Finding] { facts.clients.map(judge) }

    private func judge(_ client: MachineFacts.Client) -> Finding {
        let check = client.name
        guard let version = Self.numbers(client.version) else {
            return Finding(check, .note, "says no version: \"\(client.version)\"")
        }
        let ok = Finding(check, .ok, Self.text(version))
        switch client.name {
        case "make": return make(version) ?? ok
        case "ninja":
            return ninja(version) ?? ok
        case "cargo":
            guard Self.isOlder(version, than: [1, 75]) else { return ok }
            let text = "cargo \(Self.text(version)) knows no fifo: it makes a pool of all CPUs of its own"
            return Finding(check, .note, text, remedy: Upgrade.cargo.remedy(facts))
        case "gcc":
            guard Self.isOlder(version, than: [13]) else { return ok }
            let text =
                "gcc \(Self.text(version)) knows no fifo: with -flto=auto it runs as many jobs as there are CPUs"
            return Finding(check, .note, text, remedy: Upgrade.gcc.remedy(facts))
        case "emerge": return emerge(version) ?? ok
        case "ctest":
            let warning = CTestVersion("ctest version \(Self.text(version))")?.warning
            return warning.map { Finding(check, .note, $0, remedy: Upgrade.ctest.remedy(facts)) } ?? ok
        default: return ok
        }
    }

    /// Gentoo's package is patched: its version alone does not tell what it takes.
    private func ninja(_ version: [Int]) -> Finding? {
        if facts.ninjaIsReference == false {
            let text = "is samurai, which knows no jobserver: eclasses give it the -jN of MAKEOPTS, or -j1"
            let remedy =
                "echo 'app-alternatives/ninja reference -samurai' >> /etc/portage/package.use/ninja, and "
                + "emerge --oneshot app-alternatives/ninja"
            return Finding("ninja", .note, text, remedy: remedy)
        }
        if let package = facts.ninjaPackage, PackageVersion(package) >= PackageVersion("1.13.2-r1") {
            return nil
        }
        let warning = NinjaVersion(Self.text(version))?.warning(for: facts.daemon?.backend ?? .cuse)
        return warning.map { Finding("ninja", .note, $0, remedy: Upgrade.ninja.remedy(facts)) }
    }

    private func make(_ version: [Int]) -> Finding? {
        guard Self.isOlder(version, than: [4, 4]) else { return nil }
        let text = "make \(Self.text(version)) knows no fifo: with our MAKEFLAGS it ends with an error"
        return Finding("make", .broken, text, remedy: Upgrade.make.remedy(facts))
    }

    private func emerge(_ version: [Int]) -> Finding? {
        guard Self.isOlder(version, than: [3, 0, 76]) else { return nil }
        let wants = facts.makeConf?["FEATURES"]?.split(separator: " ").contains("jobserver-token") == true
        let broken = wants && Self.isOlder(version, than: [3, 0, 74])
        let text = "Portage \(Self.text(version)) takes no token for a package's first job"
        return Finding(
            "emerge",
            broken ? .broken : .note,
            text,
            remedy: Upgrade.portage.remedy(facts)
        )
    }

    /// The first number with a point in a line, such as `GNU Make 4.4.1` or `1.13.2.git`.
    static func numbers(_ line: String) -> [Int]? {
        for word in line.split(whereSeparator: { !($0.isNumber || $0 == "." || $0.isLetter) }) {
            let parts = word.split(separator: ".").prefix { $0.utf8.allSatisfy { (48...57).contains($0) } }
            let numbers = parts.compactMap { Int($0) }
            if numbers.count >= 2 { return numbers }
        }
        return nil
    }

    static func isOlder(_ version: [Int], than other: [Int]) -> Bool {
        version.lexicographicallyPrecedes(other)
    }

    private static func text(_ version: [Int]) -> String { version.map(String.init).joined(separator: ".") }
}
