/// Which build a process belongs to: processes with equal identities share their tokens as one build.
package struct BuildIdentity: Hashable, Sendable {
    /// How the build was recognized, from the surest to the last resort.
    package enum Kind: String, Sendable {
        case package, dispatcher, cgroup, session, process
    }

    package let kind: Kind
    /// What people call it: "dev-qt/qtbase-6.8.1", "session 4711".
    package let label: String
    /// The control group of a package's build: two containers may build the same package.
    let place: String
    /// Nobody has a part in another user's build.
    let user: UInt32

    init(kind: Kind, label: String, place: String, user: UInt32) {
        (self.kind, self.label, self.place, self.user) = (kind, label, place, user)
    }

    /// `category/package` of a package's build, without the version.
    package var package: String? {
        guard kind == .package else { return nil }
        let bytes = Array(label.utf8)
        let version = bytes.indices.dropLast().last { index in
            bytes[index] == UInt8(ascii: "-")
                && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index + 1])
        }
        return version.map { String(decoding: bytes[..<$0], as: UTF8.self) } ?? label
    }

    /// The build of the process that these facts are about.
    package init(_ facts: BuildFacts) {
        user = facts.user
        let root = facts.cgroup.isEmpty || facts.cgroup == "/"
        if let package = PackageLabel.find(facts) {
            // Portage's own groups part no builds: a phase may be outside.
            (kind, label, place) = (
                .package, package, PackageLabel.inCgroup(facts.cgroup)?.outer ?? facts.cgroup
            )
        } else if BuildFacts.dispatches(facts.commandLines.first ?? "") {
            (kind, label, place) = (.dispatcher, "emerge \(facts.pid)", facts.cgroup)
        } else if !root, facts.cgroup != facts.ownCgroup {
            (kind, label, place) = (.cgroup, facts.cgroup, "")
        } else if let session = facts.session {
            (kind, label, place) = (.session, "session \(session)", "")
        } else {
            (kind, label, place) = (.process, "process \(facts.pid)", "")
        }
    }
}
