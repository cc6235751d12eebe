/// What /proc says about a process that is needed to know its build.
package struct BuildFacts: Equatable, Sendable {
    package var pid: Int32
    /// The command lines of the process and its ancestors, the process first; arguments parted by NUL or
    /// blanks.
    package var commandLines: [String]
    /// Its variables that Portage sets for its phases, as far as they could be read.
    package var environment: [String] = []
    /// Its working folder, where that could be read.
    package var folder = ""
    /// Its control group, as a path from the root of the hierarchy; empty: none.
    package var cgroup: String
    /// The daemon's own control group.
    package var ownCgroup: String
    /// Its session; 0: one begun outside of the PID namespace of who looks; nil: the process cannot be seen.
    package var session: Int32?
    /// The user who started it, or who started the last ancestor in `commandLines` if that has a label:
    /// everybody can choose the command line of their own processes.
    package var user: UInt32

    package init(
        pid: Int32,
        commandLines: [String],
        cgroup: String,
        ownCgroup: String,
        session: Int32?,
        user: UInt32 = 0
    ) {
        self.pid = pid
        self.user = user
        self.commandLines = commandLines
        self.cgroup = cgroup
        self.ownCgroup = ownCgroup
        self.session = session
    }

    /// Whether a command line is that of a program which takes a token for each build before it starts it:
    /// emerge, under its interpreter or still under the wrapper that will become it.
    package static func dispatches(_ commandLine: String) -> Bool {
        let words = commandLine.split { $0 == " " || $0 == "\0" }
        guard let program = words.first.map(name), !program.isEmpty else { return false }
        if program == "emerge" { return true }
        guard program.hasPrefix("python") || program == "with-steve" else { return false }
        return words.dropFirst().first { !$0.hasPrefix("-") && !$0.allSatisfy(\.isNumber) }.map(name)
            == "emerge"
    }

    private static func name(_ path: Substring) -> Substring {
        path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path
    }

    /// Whether a command line names a package, so that no ancestor of its process is asked.
    package static func namesPackage(_ commandLine: String) -> Bool {
        PackageLabel.inCommandLine(commandLine) != nil
    }
}
