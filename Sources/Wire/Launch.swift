/// What with-steve changes about a command so that it and all below it use one jobserver.
package struct Launch: Equatable, Sendable {
    /// One word of the command that is run.
    package enum Word: Equatable, Sendable {
        /// The caller's word of that index, to be passed on byte for byte.
        case original(Int)
        case replaced(String)
    }

    /// The command's words, its name first.
    package private(set) var words: [Word]
    /// The variables that get another value.
    package private(set) var environment: [String: String]
    /// One sentence for each thing that was taken away.
    package private(set) var notes: [String] = []

    /// The launch of `command` from `environment`, with the jobserver at `path`.
    ///
    /// `keepsJobs` leaves `-jN` wherever the caller put it but in MAKEFLAGS, where it would contradict ours.
    package init(command: [String], environment: [String: String], path: String, keepsJobs: Bool) {
        words = command.indices.map { .original($0) }
        self.environment = ["MAKEFLAGS", "CARGO_MAKEFLAGS"].reduce(into: [:]) { changes, name in
            changes[name] = MakeFlags(environment[name] ?? "").joining(path: path)
        }
        guard !keepsJobs else { return }
        let program = KnownProgram(command: command)
        if let program { dropJobs(of: program, from: command) }
        dropJobs(in: "NINJAOPTS", of: .ninja, environment)
        // Portage leaves MAKEOPTS out once MAKEFLAGS is set; its eclasses want the number for tools that know no
        // jobserver.
        if program != .portage { dropJobs(in: "MAKEOPTS", of: .make, environment) }
    }

    /// Whether a command with this environment runs in a slot of the jobserver at `path` already.
    package static func isNested(_ environment: [String: String], path: String) -> Bool {
        MakeFlags(environment["MAKEFLAGS"] ?? "").names(path: path)
    }

    private mutating func dropJobs(of program: KnownProgram, from command: [String]) {
        guard let grammar = program.grammar, let name = command.first else { return }
        let scan = OptionScan(Array(command.dropFirst()), grammar: grammar, keepsSerial: true)
        words = [.original(0)]
        for (index, fate) in zip(1..., scan.fates) {
            switch fate {
            case .keep: words.append(.original(index))
            case .shorten(let letters): words.append(.replaced(letters))
            case .drop: break
            }
        }
        note(scan.droppedJobs, at: "the command line of \(name)")
    }

    private mutating func dropJobs(in variable: String, of program: KnownProgram, _ caller: [String: String])
    {
        guard let value = caller[variable], let grammar = program.grammar else { return }
        let words = value.split(whereSeparator: \.isWhitespace).map(String.init)
        let scan = OptionScan(words, grammar: grammar, keepsSerial: true)
        guard !scan.droppedJobs.isEmpty else { return }
        environment[variable] = scan.applied(to: words).joined(separator: " ")
        note(scan.droppedJobs, at: variable)
    }

    private mutating func note(_ dropped: [String], at place: String) {
        guard !dropped.isEmpty else { return }
        let options = dropped.joined(separator: " ").printable
        notes.append(
            "\(options) taken off \(place.printable): it would switch the jobserver off (--keep-j keeps it)"
        )
    }
}
