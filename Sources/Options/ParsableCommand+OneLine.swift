package import ArgumentParser
internal import Linux
internal import Wire

extension ParsableCommand {
    /// Runs the program: like `main`, but what goes wrong is said in one line, under the program's name.
    ///
    /// Exit status 64 for a command line that cannot be understood, 1 for other errors, an `ExitCode`'s own.
    ///
    /// `readable` makes a sentence in which there are words of the command line one for people.
    package static func runSayingErrorsInOneLine(
        _ words: [String] = Array(CommandLine.arguments.dropFirst()),
        readable: (String) -> String = \.printable
    ) {
        guard !CommandLine.arguments.isEmpty else {
            StandardError.write(
                "\(_commandName): cannot read /proc/self/cmdline, where Swift has its arguments from "
                    + "(mount -t proc proc /proc)\n"
            )
            exit(withError: ExitCode.failure)
        }
        do {
            var command = try parseAsRoot(words)
            try command.run()
        } catch {
            let status = exitCode(for: error)
            guard status != .success else { sayOrFail(fullMessage(for: error)) }
            let isUsage = status == .validationFailure
            let said = (isUsage ? unknownCommand(words) : nil) ?? message(for: error)
            let sentence = readable(said.split(whereSeparator: \.isNewline).joined(separator: " "))
            let advice = isUsage ? " (see \(nameWithCommand(words)) --help)" : ""
            if !sentence.isEmpty { StandardError.write("\(_commandName): \(sentence)\(advice)\n") }
            exit(withError: status)
        }
    }

    /// Help or a version, which somebody asked for: that it could not be written is a failure.
    private static func sayOrFail(_ text: String) -> Never {
        do {
            try StandardOutput.write(text.hasSuffix("\n") ? text : "\(text)\n")
        } catch {
            StandardError.write("\(_commandName): \(error)\n")
            exit(withError: ExitCode.failure)
        }
        exit(withError: ExitCode.success)
    }

    private static var commandNames: [String] { configuration.subcommands.map { $0._commandName } }

    /// The command whose help these words ask for.
    private static func nameWithCommand(_ words: [String]) -> String {
        guard let command = words.first, commandNames.contains(command) else { return _commandName }
        return "\(_commandName) \(command)"
    }

    /// A sentence when the first word should be a command and is none.
    private static func unknownCommand(_ words: [String]) -> String? {
        guard let word = words.first, !word.hasPrefix("-"), !commandNames.isEmpty,
            !(commandNames + ["help"]).contains(word)
        else { return nil }
        return "there is no command '\(word)', only \(commandNames.joined(separator: ", "))"
    }
}
