/// The settings of Portage.
extension Doctor {
    private static let file = "/etc/portage/make.conf"

    var portage: [Finding] {
        guard let conf = facts.makeConf else { return [] }
        return [judge("make.conf: MAKEFLAGS", conf["MAKEFLAGS"] ?? "", where: Self.file)]
            + [features(conf), ninja(conf), makeOptions(conf)].compactMap(\.self)
    }

    private func features(_ conf: [String: String]) -> Finding {
        let check = "make.conf: FEATURES"
        let words = (conf["FEATURES"] ?? "").split(separator: " ")
        guard words.last(where: { $0 == "jobserver-token" || $0 == "-jobserver-token" }) == "jobserver-token"
        else {
            let text = "without jobserver-token each package's first job is not counted"
            return Finding(
                check,
                .note,
                text,
                remedy: "FEATURES=\"${FEATURES} jobserver-token\" in \(Self.file)"
            )
        }
        return Finding(check, .ok, "jobserver-token")
    }

    private func ninja(_ conf: [String: String]) -> Finding? {
        guard let value = conf["NINJAOPTS"] else { return nil }
        let check = "make.conf: NINJAOPTS"
        guard Self.hasJobs(value) else { return Finding(check, .ok, "no -j in it") }
        let text = "\"\(value)\": -j switches ninja's jobserver off"
        return Finding(check, .broken, text, remedy: "NINJAOPTS=\"\" in \(Self.file)")
    }

    private func makeOptions(_ conf: [String: String]) -> Finding? {
        guard let value = conf["MAKEOPTS"], Self.hasJobs(value) else { return nil }
        // Portage itself drops it when MAKEFLAGS is set; eclasses that read it do not.
        let text =
            "\"\(value)\": Portage ignores it beside MAKEFLAGS, but what reads it by itself runs so many jobs uncounted"
        return Finding("make.conf: MAKEOPTS", .note, text, remedy: "remove MAKEOPTS from \(Self.file)")
    }

    private static func hasJobs(_ options: String) -> Bool {
        options.split(separator: " ").contains { $0.hasPrefix("-j") || $0.hasPrefix("--jobs") }
    }
}
