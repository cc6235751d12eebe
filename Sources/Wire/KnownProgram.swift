/// The programs whose habits with-steve knows.
package enum KnownProgram: Sendable {
    case make
    case ninja
    case portage

    /// The program that a command runs, when it is a known one under its own name.
    package init?(command: [String]) {
        switch command.first?.split(separator: "/").last {
        case "make", "gmake": self = .make
        case "ninja": self = .ninja
        case "emerge", "ebuild": self = .portage
        default: return nil
        }
    }

    /// How it reads `-jN`, where that would switch its jobserver off.
    var grammar: OptionGrammar? {
        switch self {
        case .make: .make
        case .ninja: .ninja
        case .portage: nil
        }
    }
}
