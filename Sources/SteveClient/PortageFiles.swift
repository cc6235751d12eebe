internal import Linux
internal import SystemPackage
package import Wire

/// The settings that Portage would read below a root; "" is this machine's.
package struct PortageFiles {
    private let root: String

    package init(root: String) {
        self.root = root
    }

    /// What a folder has in it.
    package func names(_ path: String) -> [String] { (try? entries(ofDirectory: root + path)) ?? [] }

    package func text(_ path: String) -> String {
        String(decoding: (try? readWhole(root + path, limit: 1 << 20)) ?? [], as: UTF8.self)
    }

    /// The variables of make.conf.
    ///
    /// A path after `source` begins in the folder of the file that says so.
    package func makeConf() -> [String: String]? {
        let path = "/etc/portage/make.conf"
        let (file, files) = (text(path), folder(path))
        guard !(file + files).isEmpty else { return nil }
        let base = files.isEmpty ? "/etc/portage" : path
        return ShellAssignments.read(file + files) { text($0.hasPrefix("/") ? $0 : "\(base)/\($0)") }
    }

    /// The files of a folder, one after the other by name: make.conf may be one.
    package func folder(_ path: String) -> String {
        // Portage passes over editors' leavings too.
        ((try? entries(ofDirectory: root + path)) ?? []).filter { !$0.hasPrefix(".") && !$0.hasSuffix("~") }
            .sorted().map { text("\(path)/\($0)") + "\n" }.joined()
    }
}

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
