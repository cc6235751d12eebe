internal import Glibc
internal import SystemPackage

/// A control group of an older hierarchy, which goes when this does.
final class RealGroup {
    let path: String

    /// Makes the group; nil, and a line that says why, where there is no such hierarchy to make it in.
    init?(_ controller: String) {
        path = "/sys/fs/cgroup/\(controller)/steve-test-\(getpid())"
        // Safe: the path is lent for the call.
        guard unsafe mkdir(path, 0o755) == 0 else {
            print("skipped: no older \(controller) hierarchy to make a group in (\(Errno(rawValue: errno)))")
            return nil
        }
    }

    /// Moves the process there after these lines of a shell, in which `$0` is the group's folder.
    static func script(_ lines: String, in path: String) -> [String] {
        ["sh", "-euc", "\(lines); echo \(getpid()) > $0/cgroup.procs", path]
    }

    deinit {
        // Safe: as above.
        unsafe _ = rmdir(path)
    }
}
