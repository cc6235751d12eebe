/// The package that Portage builds, `category/package-version`, as its processes show it.
///
/// FEATURES decides which of the marks there are: with the sandbox the head of a command line, with
/// pid-sandbox an argument of pid-ns-init. Without both, bash has replaced the command line, and only the
/// environment, the control group or the working folder is left.
enum PackageLabel {
    /// The label of the process that these facts are about, by the surest mark.
    static func find(_ facts: BuildFacts) -> String? {
        facts.commandLines.lazy.compactMap(inCommandLine).first ?? inEnvironment(facts.environment)
            ?? inCgroup(facts.cgroup)?.label ?? inFolder(facts.folder)
    }

    /// Whether a command line shows a package: whose process' ancestors do not matter any more.
    static func inCommandLine(_ line: String) -> String? {
        if line.utf8.first == UInt8(ascii: "[") { return atHead(of: line) }
        // python3 …/pid-ns-init UID GID GROUPS UMASK DESCRIPTORS PROGRAM [category/package-version] …
        let words = line.split(maxSplits: 2) { $0 == " " || $0 == "\0" }
        guard words.count == 3, words[1].hasSuffix("/pid-ns-init") else { return nil }
        return words[2].firstIndex(of: "[").flatMap { atHead(of: String(words[2][$0...])) }
    }

    /// The package at the head of a command line, as in `[category/package-version] sandbox`.
    ///
    /// Kernel threads look alike ("[kworker/0:1]"), but have no version.
    private static func atHead(of line: String) -> String? {
        guard line.first == "[", let end = line.firstIndex(of: "]") else { return nil }
        let after = line.index(after: end)
        guard after == line.endIndex || line[after] == " " || line[after] == "\0" else { return nil }
        return package(line[line.index(after: line.startIndex)..<end])
    }

    /// The variables that Portage gives to every phase; CATEGORY and PF alone may be anybody's.
    private static func inEnvironment(_ variables: [String]) -> String? {
        func value(_ name: String) -> Substring? {
            variables.first { $0.hasPrefix(name + "=") }?.dropFirst(name.utf8.count + 1)
        }
        guard let folder = value("PORTAGE_BUILDDIR") else { return nil }
        if let category = value("CATEGORY"), let name = value("PF") { return package("\(category)/\(name)") }
        return package(folder.split(separator: "/").suffix(2).joined(separator: "/"))
    }

    /// The group that FEATURES=cgroup makes for each build, `…/portage/emerge-PID/category_package-version`,
    /// and the one that emerge itself was in.
    static func inCgroup(_ path: String) -> (label: String, outer: String)? {
        let parts = path.split(separator: "/")
        guard parts.count >= 3, parts[parts.count - 3] == "portage", let leaf = parts.last,
            parts[parts.count - 2].hasPrefix("emerge-"), let gap = leaf.firstIndex(of: "_"),
            let label = package("\(leaf[..<gap])/\(leaf[leaf.index(after: gap)...])")
        else { return nil }
        return (label, "/" + parts.dropLast(3).joined(separator: "/"))
    }

    /// The folder below PORTAGE_TMPDIR, `…/portage/category/package-version/…`.
    private static func inFolder(_ path: String) -> String? {
        let parts = path.split(separator: "/")
        guard let index = parts.firstIndex(of: "portage"), index + 2 < parts.count else { return nil }
        return package("\(parts[index + 1])/\(parts[index + 2])")
    }

    /// The name, if it is that of a package with its version.
    private static func package(_ name: some StringProtocol) -> String? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts.joined().utf8.allSatisfy(isNameByte) else {
            return nil
        }
        let hasVersion = parts[1].split(separator: "-").dropFirst().contains { $0.first?.isNumber == true }
        return hasVersion ? String(name) : nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
    }
}
