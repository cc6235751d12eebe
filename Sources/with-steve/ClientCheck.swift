internal import Linux
internal import SystemPackage
internal import Wire

/// Asks a make, a ninja or a ctest whether it can use the jobserver.
enum ClientCheck {
    /// A sentence if the command is a make that will end with an error, or a program that will run without
    /// the jobserver.
    static func warning(_ words: [String], _ backend: Backend, path: String) -> String? {
        let command = CommandChain(words).command
        guard let known = KnownProgram(command: command), let program = command.first else { return nil }
        switch known {
        case .make, .ninja, .ctest:
            return version(of: program, path).flatMap { known.warning(saying: $0, on: backend) }
        case .cmakeBuild, .mesonCompile, .portage: return nil
        }
    }

    private static func version(of program: String, _ path: String) -> String? {
        guard mayBeAsked(program, path) else { return nil }
        return (try? Program([program, "--version"]).output(limit: 256)).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// Whether it knows `--version` for certain: a project's own script `./make` may build whatever it is
    /// told.
    private static func mayBeAsked(_ program: String, _ path: String) -> Bool {
        guard let slash = program.lastIndex(of: "/") else { return true }
        let start = (try? readWhole(program, limit: 2)) ?? []
        return start != Array("#!".utf8) || path.split(separator: ":").contains { $0 == program[..<slash] }
    }
}
