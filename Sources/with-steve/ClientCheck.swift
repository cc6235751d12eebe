internal import Linux
internal import SystemPackage
internal import Wire

/// Asks a make or a ninja whether it can use the jobserver.
enum ClientCheck {
    /// A sentence when the command is a make that will end with an error, or a ninja that will run without it.
    static func warning(_ words: [String], _ backend: Backend) -> String? {
        guard let known = KnownProgram(command: words), let program = words.first else { return nil }
        switch known {
        case .make: return version(of: program).flatMap(MakeVersion.init)?.warning
        case .ninja: return version(of: program).flatMap(NinjaVersion.init)?.warning(for: backend)
        case .portage: return nil
        }
    }

    private static func version(of program: String) -> String? {
        (try? Program([program, "--version"]).output(limit: 256)).map { String(decoding: $0, as: UTF8.self) }
    }
}
