package import SystemPackage
package import Wire

/// Why there is no daemon to work with, in a sentence for people.
package enum LaunchFailure: Error, CustomStringConvertible {
    case control(ControlFailure)
    case setting(SettingError)
    case noDirectory(path: String, String)
    case cannotLog(path: String, Errno)
    case cannotStart(program: String, Errno)
    /// It has said why, in its log.
    case didNotStart(program: String, log: String?)

    package var description: String {
        switch self {
        case .control(let failure): "\(failure)"
        case .setting(let error): "\(error)"
        case .noDirectory(let path, let why):
            "cannot use the directory \(path): \(why) (name another one in STEVE_RUNTIME_DIR)"
        case .cannotLog(let path, let errno): "cannot write the log \(path): \(errno)"
        case .cannotStart(let program, let errno):
            "cannot start \(program): \(errno)"
                + ([.noSuchFileOrDirectory, .permissionDenied].contains(errno)
                    ? " (steve belongs beside with-steve, or into PATH)" : "")
        case .didNotStart(let program, let log): "\(program) did not start\(log.map { ": see \($0)" } ?? "")"
        }
    }
}
