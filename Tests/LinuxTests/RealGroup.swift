internal import Glibc
internal import SystemPackage
internal import Testing

@testable import Linux

/// A control group of an older hierarchy; the group is removed together with this object.
final class RealGroup {
    let path: String

    /// Makes the group.
    init(_ controller: String, for purpose: String = "test") throws(Errno) {
        path = "/sys/fs/cgroup/\(controller)/steve-\(purpose)-\(getpid())"
        // Safe: the path is lent for the call.
        guard unsafe mkdir(path, 0o755) == 0 else { throw Errno(rawValue: errno) }
    }

    /// Why no group can be made; nil where one can.
    static func obstacle(_ controller: String) -> Comment? {
        guard Privileges.isRoot else { return "needs root: makes a control group" }
        do throws(Errno) {
            _ = try RealGroup(controller, for: "try")
            return nil
        } catch {
            return "no older \(controller) hierarchy to make a control group in: \(error)"
        }
    }

    /// A shell's command that runs these lines and then moves this process into the group.
    ///
    /// In the lines `$0` is the group's folder.
    static func script(_ lines: String, in path: String) -> [String] {
        ["sh", "-euc", "\(lines); echo \(getpid()) > $0/cgroup.procs", path]
    }

    deinit {
        // Safe: as above.
        unsafe _ = rmdir(path)
    }
}
