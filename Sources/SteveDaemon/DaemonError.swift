internal import Glibc
package import SystemPackage
internal import Wire

/// Why the daemon could not start, in a sentence that says what to do.
package enum DaemonError: Error, CustomStringConvertible {
    case runtimeDirectory(path: String, String)
    case alreadyRunning(device: String, pid: Int32?)
    case orphanServes(device: String, server: Int32?)
    case noCuse(Errno)
    case nameTaken(device: String)
    case device(path: String, reason: String)
    case pipe(path: String, reason: String)
    case socket(path: String, Errno)
    case privileges(user: String, reason: String)
    case noGroup(String)
    case kernel(what: String, Errno)

    package var description: String {
        switch self {
        case .runtimeDirectory(let path, let why):
            "cannot use the directory \(path): \(why) (name another one in STEVE_RUNTIME_DIR)"
        case .alreadyRunning(let device, let pid):
            "another steve\(pid.map { ", PID \($0)," } ?? "") serves \(device) already (stop it, or give --dev-name)"
        case .orphanServes(let device, let server):
            "a server whose keeper was killed serves \(device) already, and this steve may not be its keeper: one of the two "
                + "is a service and the other with-steve's, or it is another user's, or in another container (end it"
                + "\(server.map { " by kill \($0)" } ?? ""), or give --dev-name)"
        case .noCuse(let errno):
            "cannot open /dev/cuse: \(errno) (\(Self.advice(errno)); or use --backend fifo)"
        case .nameTaken(let device):
            "the kernel has a CUSE device named \(device) already, of another container perhaps (give --dev-name)"
        case .device(let path, let reason):
            "cannot serve \(path): \(reason)"
        case .pipe(let path, let reason):
            "cannot make the named pipe \(path): \(reason)"
        case .socket(let path, .fileNameTooLong):
            "cannot listen on \(path): \(RuntimeDirectory.tooLong)"
        case .socket(let path, let errno):
            "cannot listen on \(path): \(errno)"
        case .privileges(let user, let reason):
            "cannot become user \(user): \(reason)"
        case .noGroup(let name):
            "there is no group \(name.printable), whose members --control-group would let change settings"
        case .kernel(let what, let errno):
            "\(what): \(errno)"
        }
    }

    /// What to do about a /dev/cuse that does not open.
    static func advice(_ errno: Errno) -> String {
        switch errno {
        case .noSuchFileOrDirectory, .noSuchAddressOrDevice, Errno(rawValue: ENODEV):
            "the kernel has no CUSE, or it is a module that is not loaded: modprobe cuse"
        case .permissionDenied, .notPermitted:
            "run as root; a container needs --device /dev/cuse, or CAP_MKNOD and the right to use device 10:203"
        default: "see steve(8)"
        }
    }
}
