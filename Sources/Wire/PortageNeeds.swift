/// What Portage needs in its environment so that a package's compilers take tokens.
package struct PortageNeeds: Equatable, Sendable {
    /// Whether this Portage knows FEATURES=jobserver-token.
    package var knowsToken: Bool
    /// The variables of its make.conf.
    package var makeConf: [String: String]
    /// How many tokens there are.
    package var tokens: Int

    package init(knowsToken: Bool, makeConf: [String: String], tokens: Int) {
        (self.knowsToken, self.makeConf, self.tokens) = (knowsToken, makeConf, tokens)
    }

    /// Whether what `emerge --version` says is a Portage with FEATURES=jobserver-token.
    ///
    /// One that says no number is a checkout; a wrong guess costs a warning about an unknown word.
    package static func knowsToken(version output: String) -> Bool {
        guard output.contains("Portage") else { return false }
        guard let version = ProgramVersion(in: output) else { return true }
        return version >= ProgramVersion(3, 0, 74)
    }

    /// The variables that change, each with its part of a sentence; `caller` has the present values.
    func changes(_ caller: [String: String], path: String) -> [(name: String, value: String, note: String)] {
        [features(caller), sandbox(caller, path), jobs(caller)].compactMap(\.self)
    }

    private func features(_ caller: [String: String]) -> (String, String, String)? {
        let own = caller["FEATURES"] ?? ""
        guard knowsToken, !Self.decides(own), !Self.decides(makeConf["FEATURES"] ?? "") else { return nil }
        return ("FEATURES", Self.joined(own, "jobserver-token", by: " "), "FEATURES gains jobserver-token")
    }

    private func sandbox(_ caller: [String: String], _ path: String) -> (String, String, String)? {
        // What a make.conf says is lost where the environment says something.
        let own = caller["SANDBOX_WRITE"] ?? makeConf["SANDBOX_WRITE"] ?? ""
        guard !own.split(separator: ":").contains(where: { $0 == path }) else { return nil }
        return ("SANDBOX_WRITE", Self.joined(own, path, by: ":"), "SANDBOX_WRITE gains \(path.printable)")
    }

    /// Portage's own default, the number of processors, is gone as soon as MAKEFLAGS is set; eclasses then
    /// take 1.
    private func jobs(_ caller: [String: String]) -> (String, String, String)? {
        guard caller["MAKEOPTS"] == nil, makeConf["MAKEOPTS"] == nil else { return nil }
        return ("MAKEOPTS", "-j\(tokens)", "MAKEOPTS is -j\(tokens)")
    }

    /// Whether the user has said yes or no.
    private static func decides(_ features: String) -> Bool {
        features.split(separator: " ").contains { $0 == "jobserver-token" || $0 == "-jobserver-token" }
    }

    private static func joined(_ own: String, _ more: String, by separator: String) -> String {
        own.isEmpty ? more : own + separator + more
    }
}
