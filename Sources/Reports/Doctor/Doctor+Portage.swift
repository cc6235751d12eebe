internal import Wire

/// The settings of Portage.
extension Doctor {
    private static let file = "/etc/portage/make.conf"

    var portage: [Finding] {
        guard let conf = facts.makeConf else { return [] }
        let findings = [
            makeFlags(conf), features(conf), ninja(conf),
            extra(conf["EXTRA_EMAKE"], "make.conf: EXTRA_EMAKE", Self.file),
            makeOptions(conf),
        ]
        return (findings + emergeOptions(conf)).compactMap(\.self) + facts.packageSettings.flatMap(judge)
    }

    private func makeFlags(_ conf: [String: String]) -> Finding {
        let check = "make.conf: MAKEFLAGS"
        // with-steve gives it to whatever runs below.
        if conf["MAKEFLAGS"] == nil, facts.isBelowJobserver {
            return Finding(check, .ok, "not set: your environment names fifo:\(facts.path)")
        }
        return judge(check, conf["MAKEFLAGS"] ?? "", where: Self.file)
    }

    private func features(_ conf: [String: String]) -> Finding {
        let check = "make.conf: FEATURES"
        let words = [conf["FEATURES"], facts.variables["FEATURES"]].compactMap(\.self).joined(separator: " ")
            .split(separator: " ")
        switch words.last(where: { $0 == "jobserver-token" || $0 == "-jobserver-token" }) {
        case "jobserver-token": return Finding(check, .ok, "jobserver-token")
        case nil where facts.isBelowJobserver:
            return Finding(check, .ok, "without jobserver-token: with-steve gives it to emerge")
        default:
            let text = "without jobserver-token each package's first job is not counted"
            let remedy = "FEATURES=\"${FEATURES} jobserver-token\" in \(Self.file)"
            return Finding(check, .note, text, remedy: remedy)
        }
    }

    private func ninja(_ conf: [String: String]) -> Finding? {
        guard let value = conf["NINJAOPTS"] else { return nil }
        let check = "make.conf: NINJAOPTS"
        if Self.hasJobs(value, .ninja) {
            let text = "\"\(value)\": -j switches ninja's jobserver off"
            return Finding(check, .broken, text, remedy: "remove -jN from NINJAOPTS in \(Self.file)")
        }
        guard value.allSatisfy(\.isWhitespace) else { return Finding(check, .ok, "no -j in it") }
        let text =
            "is empty: a ninja that knows no jobserver then runs at full width; unset it gets -j1 or MAKEOPTS'"
        return Finding(check, .note, text, remedy: "remove NINJAOPTS from \(Self.file)")
    }

    /// emake puts it on make's command line, behind everything else.
    private func extra(_ value: String?, _ check: String, _ file: String) -> Finding? {
        guard let value, Self.hasJobs(value, .make) else { return nil }
        let text = "\"\(value)\": on make's command line it switches the jobserver off"
        return Finding(check, .broken, text, remedy: "remove -jN from EXTRA_EMAKE in \(file)")
    }

    /// make never sees it beside MAKEFLAGS; eclasses ask it for tools that know no jobserver.
    private func makeOptions(_ conf: [String: String]) -> Finding {
        let check = "make.conf: MAKEOPTS"
        let value = conf["MAKEOPTS"] ?? facts.variables["MAKEOPTS"]
        if let value, Self.hasJobs(value, .make) {
            return Finding(check, .ok, "\"\(value)\", for what knows no jobserver; make takes tokens")
        }
        // A number in MAKEFLAGS will do for most eclasses.
        if !MakeFlags(conf["MAKEFLAGS"] ?? "").jobOptions.isEmpty {
            return Finding(check, .ok, "not set, and MAKEFLAGS has a number for eclasses")
        }
        if value == nil, facts.isBelowJobserver {
            return Finding(check, .ok, "not set: with-steve gives emerge one")
        }
        let text =
            "has no -jN: what eclasses run without a jobserver is serial (Go, Rust's tests, meson's tests, waf, Perl's)"
        let number = facts.daemon?.limit ?? 8
        return Finding(check, .note, text, remedy: "MAKEOPTS=\"-j\(number)\" in \(Self.file)")
    }

    private func emergeOptions(_ conf: [String: String]) -> [Finding?] {
        let words = (conf["EMERGE_DEFAULT_OPTS"] ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
        let check = "make.conf: EMERGE_DEFAULT_OPTS"
        var findings: [Finding?] = []
        if words.contains(where: { $0 == "--load-average" || $0.hasPrefix("--load-average=") }) {
            let text = "--load-average: two rules for the load wait for each other"
            let remedy = "remove it there, and STEVE_LOAD_AVERAGE in \(facts.system.settings)"
            findings.append(Finding(check, .note, text, remedy: remedy))
        }
        let jobs = OptionScan(words, grammar: .make, keepsSerial: false).droppedJobs.last.flatMap { option in
            Int(option.drop { !$0.isNumber })
        }
        if let jobs, let limit = facts.daemon?.limit, limit > 1, jobs >= limit {
            let text =
                "\(jobs) packages at once on \(limit) tokens: each holds one, and none is left for their jobs"
            findings.append(Finding(check, .note, text, remedy: "--jobs=\(max(1, limit / 3)) there"))
        }
        return findings
    }

    /// What package.env changes for some packages.
    private func judge(_ settings: MachineFacts.PackageSettings) -> [Finding] {
        let (file, check) = ("/etc/portage/env/\(settings.file)", "package.env: \(settings.file)")
        let packages = settings.packages.joined(separator: ", ")
        var findings: [Finding] = []
        if let value = settings.variables["MAKEFLAGS"], !MakeFlags(value).names(path: facts.path) {
            let text =
                "\(packages): MAKEFLAGS \"\(value)\" names no jobserver of ours: its jobs are not counted"
            let remedy = "MAKEFLAGS=\"--jobserver-auth=fifo:\(facts.path)\" in \(file), unless you want that"
            findings.append(Finding(check, .note, text, remedy: remedy))
        }
        if let value = settings.variables["NINJAOPTS"], Self.hasJobs(value, .ninja) {
            let text = "\(packages): NINJAOPTS \"\(value)\" switches ninja's jobserver off"
            findings.append(
                Finding(check, .note, text, remedy: "remove -jN from it in \(file), unless you want that")
            )
        }
        if let finding = extra(settings.variables["EXTRA_EMAKE"], check, file) {
            findings.append(finding)
        }
        return findings
    }

    private static func hasJobs(_ options: String, _ grammar: OptionGrammar) -> Bool {
        let words = options.split(whereSeparator: \.isWhitespace).map(String.init)
        return !OptionScan(words, grammar: grammar, keepsSerial: true).droppedJobs.isEmpty
    }
}
