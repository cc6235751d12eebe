internal import ArgumentParser
internal import Linux
internal import Options
internal import SteveClient
internal import Wire

/// `stevectl set`: other limits, all of them or none.
struct SetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change limits while steve runs: all that are named, or none.",
        discussion: """
            Names are those of steve's options: stevectl set jobs=24 load-average=28. What is set holds until the \
            daemon ends or reads its settings again. For root and the daemon's own user.
            """
    )

    @OptionGroup
    var daemon: DaemonOption

    @Flag(help: "Print one JSON object with the old and the new values.")
    var json = false

    @Argument(
        // Not name=value: the completions for zsh have a variable of this name.
        help: ArgumentHelp("What to change, as NAME=VALUE.", valueName: "change"),
        completion: .list(Setting.all.filter(\.isLive).map { "\($0.name)=" })
    )
    var assignments: [String]

    func validate() throws { _ = try values() }

    func run() throws {
        let values = try values()
        let change = try daemon.ask { (connection) throws(ControlFailure) in
            let (old, new) = try connection.set(values)
            return ControlAnswer.Change(old: old, new: new)
        }
        guard !json else { return try StandardOutput.write(line: change) }
        let lines = change.new.sorted { $0.key < $1.key }.map { name, text in
            "\(name): \((change.old[name] ?? "").printable) -> \(text.printable)\n"
        }
        try StandardOutput.write(lines.joined())
    }

    private func values() throws -> [String: String] {
        try assignments.reduce(into: [:]) { values, assignment in
            guard let equals = assignment.firstIndex(of: "="), equals > assignment.startIndex else {
                throw ValidationError("\"\(assignment.printable)\" is not NAME=VALUE")
            }
            let name = String(assignment[..<equals])
            let value = String(assignment[assignment.index(after: equals)...])
            guard values.updateValue(value, forKey: name) == nil else {
                throw ValidationError("\(name.printable) is there twice")
            }
        }
    }
}
