public import SystemPackage
internal import Wire

/// Why a daemon could not be asked, or refused, in a sentence for people.
public enum ControlFailure: Error, Equatable, CustomStringConvertible {
    /// This can be no device's name; `rule` says what can.
    case badName(String, rule: String)
    /// Nobody listens at any of the places where a daemon of that name would.
    case noDaemon(device: String, lookedAt: [String])
    /// There is a socket that this process cannot use.
    case cannotConnect(path: String, Errno)
    /// The socket belongs to somebody who is neither root nor this process' user.
    case untrusted(path: String, user: UInt32)
    /// The path that the daemon names is nothing to be opened as a jobserver, and why.
    case badPath(path: String, why: String)
    /// The daemon hung up.
    case ended(path: String)
    /// The daemon took too long.
    case noAnswer(path: String, seconds: Int)
    /// Its words are not this protocol.
    case malformed(path: String, why: String)
    /// It speaks another protocol.
    case otherProtocol(path: String, number: Int)
    /// It has no place for a connection of this user now; another attempt may find one.
    case busy(path: String, why: String)
    /// It said no, and why.
    case refused(String)

    /// The sentence.
    public var description: String {
        switch self {
        case .badName(let name, let rule): "\"\(name)\" is not \(rule)"
        case .noDaemon(let device, let places):
            "no steve serves /dev/\(device) (looked for \(places.joined(separator: ", "))); "
                + "start it, or run your command under with-steve"
        case .cannotConnect(let path, .permissionDenied):
            "cannot connect to \(path): \(Errno.permissionDenied) (only root and the device's group may, jobserver by default)"
        case .cannotConnect(let path, .fileNameTooLong):
            "cannot connect to \(path): \(RuntimeDirectory.tooLong)"
        case .cannotConnect(let path, let errno): "cannot connect to \(path): \(errno)"
        case .untrusted(let path, let user):
            "\(path) belongs to user \(user), who is neither root nor you (name a directory of yours in STEVE_RUNTIME_DIR)"
        case .badPath(let path, let why):
            "the daemon that runs serves \(path), which cannot be used: \(why) (end that daemon, and try again)"
        case .ended(let path): "the daemon at \(path) hung up"
        case .noAnswer(let path, let seconds): "the daemon at \(path) has not answered for \(seconds) s"
        case .malformed(let path, let why): "cannot understand the daemon at \(path): \(why)"
        case .otherProtocol(let path, let number):
            "the daemon at \(path) speaks protocol \(number), this program \(ControlGreeting.protocolNumber): update one of them"
        case .busy(let path, let why): "the daemon at \(path) has no place for us now: \(why)"
        case .refused(let sentence): sentence
        }
    }
}
