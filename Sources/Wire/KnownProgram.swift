/// The programs whose options with-steve knows.
package enum KnownProgram: Sendable {
    case make
    case ninja
    case cmakeBuild
    case mesonCompile
    case ctest
    case portage

    /// The program that a command runs, when it is a known one under its own name.
    package init?(command: [String]) {
        switch command.first?.split(separator: "/").last {
        case "make", "gmake": self = .make
        case "ninja": self = .ninja
        case "cmake" where command.contains("--build"): self = .cmakeBuild
        case "meson" where command.dropFirst().first == "compile": self = .mesonCompile
        case "ctest": self = .ctest
        case "emerge", "ebuild": self = .portage
        default: return nil
        }
    }

    /// How it reads `-jN`, if that would switch its jobserver off.
    var grammar: OptionGrammar? {
        switch self {
        case .make: .make
        case .ninja: .ninja
        case .cmakeBuild: .cmakeBuild
        case .mesonCompile: .mesonCompile
        case .ctest, .portage: nil
        }
    }
}
