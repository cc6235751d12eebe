internal import Vocabulary
internal import Jobserver
internal import Linux
internal import Wire

/// The name by which a person knows a build: "make in lua-5.4 (session 12446)", the last name of a control
/// group.
enum BuildTitle {
    /// The title of a build, by a process of it where the session's leader has ended.
    static func title(of identity: BuildIdentity, by pid: ProcessID?) -> String {
        switch identity.kind {
        case .package, .dispatcher: return identity.label
        case .cgroup: return last(of: identity.label, "/") ?? identity.label
        case .session, .process:
            let leader = last(of: identity.label, " ").flatMap { Int32($0) }.map(ProcessID.init)
            let what = [leader, pid].compactMap { $0.flatMap(doing) }.first
            return what.map { "\($0) (\(identity.label))" } ?? identity.label
        }
    }

    /// The program that a process runs in the end (`with-steve nice make` is make), and its folder; nil: it
    /// has ended, or cannot be seen.
    private static func doing(_ pid: ProcessID) -> String? {
        let words = ProcFS.words(of: pid.number)
        // What calls itself `sshd: root@pts/0` is sshd.
        guard let word = (CommandChain(words).command.first ?? words.first)?.split(separator: " ").first,
            let name = last(of: String(word), "/")
        else { return nil }
        // A login shell's name begins with a dash.
        let program = cut(name.hasPrefix("-") ? String(name.dropFirst()) : name)
        guard let path = try? linkTarget("/proc/\(pid)/cwd") else { return program }
        return "\(program) in \(cut(last(of: path, "/") ?? "/"))"
    }

    private static func last(of text: String, _ separator: Character) -> String? {
        text.split(separator: separator).last.map(String.init)
    }

    private static func cut(_ name: String) -> String { String(name.prefix(40)) }
}
