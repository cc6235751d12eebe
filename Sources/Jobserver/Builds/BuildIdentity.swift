/// Which build a process belongs to: those with equal identities share their tokens as one.
package struct BuildIdentity: Hashable, Sendable {
    /// What the build was recognized by, from the surest to the last resort.
    package enum Kind: String, Sendable {
        case package, cgroup, session, process
    }

    package let kind: Kind
    /// What people call it: "dev-qt/qtbase-6.8.1", "session 4711".
    package let label: String
    /// The control group of a package's build: two containers may build the same package.
    private let place: String

    /// The build of the process that these facts are about.
    package init(_ facts: BuildFacts) {
        let root = facts.cgroup.isEmpty || facts.cgroup == "/"
        if let package = facts.commandLines.lazy.compactMap(Self.package(atHeadOf:)).first {
            (kind, label, place) = (.package, package, facts.cgroup)
        } else if !root, facts.cgroup != facts.ownCgroup {
            (kind, label, place) = (.cgroup, facts.cgroup, "")
        } else if let session = facts.session {
            (kind, label, place) = (.session, "session \(session)", "")
        } else {
            (kind, label, place) = (.process, "process \(facts.pid)", "")
        }
    }

    /// The package that Portage names at the head of a command line, as in `[category/package-version] sandbox`.
    ///
    /// Kernel threads look alike ("[kworker/0:1]"), but have no version.
    static func package(atHeadOf commandLine: String) -> String? {
        guard commandLine.first == "[", let end = commandLine.firstIndex(of: "]") else { return nil }
        let after = commandLine.index(after: end)
        guard after == commandLine.endIndex || commandLine[after] == " " || commandLine[after] == "\0" else {
            return nil
        }
        let name = commandLine[commandLine.index(after: commandLine.startIndex)..<end]
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts.joined().utf8.allSatisfy(isPackageByte) else {
            return nil
        }
        let hasVersion = parts[1].split(separator: "-").dropFirst().contains { $0.first?.isNumber == true }
        return hasVersion ? String(name) : nil
    }

    private static func isPackageByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
    }
}
