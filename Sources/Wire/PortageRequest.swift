/// What an emerge or ebuild is to do, as far as that decides whether it builds anything.
enum PortageRequest {
    /// Options of emerge, and the letters for them, with which nothing is built.
    private static let quiet: Set<String> = [
        "pretend", "sync", "fetchonly", "fetch-all-uri", "info", "search", "searchdesc", "depclean",
        "unmerge",
        "prune", "version", "help", "list-sets", "metadata", "regen", "check-news", "config", "deselect",
        "status",
    ]
    private static let quietLetters = "pfFsScCPhVW"
    /// Phases of ebuild in which nothing runs that could need a token.
    private static let quietPhases: Set<String> = [
        "help", "setup", "clean", "fetch", "digest", "manifest", "unmerge",
    ]

    /// Whether these words of an emerge or ebuild build a package.
    static func builds(_ command: [String]) -> Bool {
        let words = command.dropFirst()
        if command.first?.split(separator: "/").last == "ebuild" {
            let phases = words.filter { !$0.hasPrefix("-") }.dropFirst()
            return !phases.allSatisfy { quietPhases.contains($0) }
        }
        return !words.contains { word in
            if word.hasPrefix("--") {
                return quiet.contains(String(word.dropFirst(2))) || word == "--pretend=y"
            }
            guard word.hasPrefix("-") else { return false }
            // Behind a letter with a number, as in -j4, stands no other.
            return word.dropFirst().prefix { $0.isLetter }.contains { quietLetters.contains($0) }
        }
    }
}
