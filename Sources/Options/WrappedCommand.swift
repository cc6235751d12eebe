package import ArgumentParser
package import Linux
package import SystemPackage
package import Wire

/// The command that stands behind a program's own options, to be run in its place.
package struct WrappedCommand {
    /// Its name and its arguments.
    package let words: [String]

    /// The command in words that ArgumentParser has captured for passing through: after a `--`, if there is
    /// one.
    package init(captured: [String]) {
        words = captured.first == "--" ? Array(captured.dropFirst()) : captured
    }

    /// Complains when there is no command, or one that looks like an option of ours.
    package static func validate(captured: [String]) throws {
        if captured.first != "--", let option = captured.first, option.hasPrefix("-") {
            throw ValidationError("there is no option '\(option.printable)'")
        }
        guard !WrappedCommand(captured: captured).words.isEmpty else {
            throw ValidationError("there is no command to run")
        }
    }

    /// The program, byte for byte: what ArgumentParser gives has been through String.
    ///
    /// With a launch its words and variables are changed as that says.
    package func program(_ launch: Launch? = nil) -> Program {
        let own = Program.ownWords.suffix(words.count)
        guard let launch else { return Program(words: Array(own)) }
        let words = launch.words.map { word in
            switch word {
            case .original(let index): own[own.startIndex + index]
            case .replaced(let bytes): bytes
            }
        }
        return Program(words: words, environment: Environment.entries(setting: launch.environment))
    }

    /// Why the command does not run, as a sentence, and the exit status that says so.
    package func failure(_ errno: Errno) -> (sentence: String, status: ExitCode) {
        let failed = "cannot run '\(words[0].printable)'"
        guard errno == .noSuchFileOrDirectory else { return ("\(failed): \(errno)", ExitCode(126)) }
        // Of a script whose first line names what does not exist the kernel says the same.
        if words[0].contains("/"), (try? FileStatus(ofPath: words[0], following: true)) != nil {
            return ("\(failed): its interpreter is not there", ExitCode(126))
        }
        return ("\(failed): \(errno)", ExitCode(127))
    }
}
