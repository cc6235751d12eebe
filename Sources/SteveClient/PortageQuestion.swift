internal import Linux
internal import SystemPackage
package import Wire

/// Asks an emerge or ebuild, and its settings, what they need.
package enum PortageQuestion {
    /// What this Portage needs in its environment for this many tokens; `program` is its name on the command
    /// line.
    package static func needs(
        of program: String,
        _ environment: [String: String],
        tokens: Int
    ) -> PortageNeeds {
        let root = environment["PORTAGE_CONFIGROOT"] ?? environment["PORTAGE_OVERRIDE_EPREFIX"] ?? ""
        // Its complaints come again when it runs.
        let words = ["sh", "-c", "exec 2>/dev/null; exec timeout 20 \"$0\" --version", program]
        let output = (try? Program(words).output(limit: 4_096)) ?? []
        return PortageNeeds(
            knowsToken: PortageNeeds.knowsToken(version: String(decoding: output, as: UTF8.self)),
            makeConf: PortageFiles(root: root).makeConf() ?? [:],
            tokens: tokens
        )
    }
}
