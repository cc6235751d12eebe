package import ArgumentParser
internal import Linux

extension ParsableCommand {
    /// Runs the program: like `main`, but what goes wrong is said in one line, under the program's name.
    ///
    /// Exit status 64 for a command line that cannot be understood, 1 for other errors, an `ExitCode`'s own.
    package static func runSayingErrorsInOneLine() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            let status = exitCode(for: error)
            guard status != .success else { exit(withError: error) }
            let sentence = message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
            let advice = status == .validationFailure ? " (see \(_commandName) --help)" : ""
            if !sentence.isEmpty { StandardError.write("\(_commandName): \(sentence)\(advice)\n") }
            exit(withError: status)
        }
    }
}
