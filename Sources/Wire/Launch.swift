/// What with-steve changes about a command so that it and all below it use one jobserver.
package struct Launch: Equatable, Sendable {
    /// One word of the command that is run.
    package enum Word: Equatable, Sendable {
        /// The caller's word of that index, to be passed on byte for byte.
        case original(Int)
        case replaced([UInt8])
    }

    /// The command's words, its name first.
    package private(set) var words: [Word]
    /// The variables that get another value, or go.
    package var environment: [String: [UInt8]?]
    /// One sentence for each thing that was changed.
    package private(set) var notes: [String] = []

    /// What the caller has, as texts of bytes.
    private let caller: [String: String]
    private let chain: CommandChain
    private let program: KnownProgram?

    /// The launch of `command` from `environment`, with the jobserver at `path`.
    ///
    /// `keepsJobs` leaves `-jN` wherever the caller put it, except in MAKEFLAGS, where it would contradict
    /// ours. `portage` is called if the command is Portage.
    package init(
        command: [String],
        environment: [String: [UInt8]],
        path: String,
        keepsJobs: Bool,
        portage: () -> PortageNeeds? = { nil }
    ) {
        words = command.indices.map { .original($0) }
        caller = environment.mapValues { String(bytewise: $0) }
        chain = CommandChain(command)
        program = KnownProgram(command: chain.command)
        self.environment = ["MAKEFLAGS", "CARGO_MAKEFLAGS"].reduce(into: [:]) { changes, name in
            changes[name] = MakeFlags(environment[name] ?? []).joining(path: path)
        }
        if !keepsJobs {
            if let program { dropJobs(of: program, from: command) }
            for variable in JobVariable.all { drop(variable) }
            // Said once for a build, not by each with-steve in it.
            if !MakeFlags(environment["MAKEFLAGS"] ?? []).names(path: path) { noteWhatRunsBeside() }
        }
        if program == .portage, let needs = portage() { give(needs, command, path) }
        // A program like sudo clears the environment. Only Portage gets ours on its command line, because
        // sudo may refuse that.
        if program == .portage { stateEnvironment() }
    }

    /// Whether a command with this environment runs in a slot of the jobserver at `path` already.
    package static func isNested(_ environment: [String: String], path: String) -> Bool {
        MakeFlags(environment["MAKEFLAGS"] ?? "").names(path: path)
    }

    /// Whether the command is a job at all, and so needs a token.
    ///
    /// An emerge that only looks, fetches or asks the mirror is no job, and must not wait for a token.
    package static func isJob(_ command: [String]) -> Bool {
        let command = CommandChain(command).command
        return KnownProgram(command: command) != .portage || PortageRequest.builds(command)
    }

    // MARK: Numbers of jobs

    private mutating func dropJobs(of program: KnownProgram, from command: [String]) {
        guard let grammar = program.grammar else { return }
        guard chain.place == nil else {
            notes.append(
                "what stands before \(command[chain.start].printable) takes MAKEFLAGS away, and with it the jobserver: "
                    + "put with-steve right before it"
            )
            return
        }
        let own = Array(command[(chain.start + 1)...])
        var fates = OptionScan(own, grammar: grammar, keepsSerial: true)
        var dropped = fates.droppedJobs
        keep(fates, from: chain.start + 1)
        // What follows is for the make or ninja that cmake runs.
        if program == .cmakeBuild, let dashes = own.firstIndex(of: "--") {
            fates = OptionScan(Array(own[(dashes + 1)...]), grammar: .make, keepsSerial: true)
            keep(fates, from: chain.start + dashes + 2)
            dropped += fates.droppedJobs
        }
        words.removeAll { $0 == .replaced([]) }
        note(dropped, at: "the command line of \(command[chain.start])")
    }

    /// Applies the decisions to the words from that index on; dropped words become empty for now.
    private mutating func keep(_ scan: OptionScan, from start: Int) {
        for (index, fate) in zip(start..., scan.fates) {
            switch fate {
            case .keep: break
            case .shorten(let letters): words[index] = .replaced(Array(letters.utf8))
            case .drop: words[index] = .replaced([])
            }
        }
    }

    private mutating func drop(_ variable: JobVariable) {
        guard case .taken(let cut) = variable.fate, let value = caller[variable.name] else { return }
        // Portage leaves MAKEOPTS out once MAKEFLAGS is set; its eclasses want the number for tools that know
        // no jobserver.
        if program == .portage, variable.name == "MAKEOPTS" { return }
        switch cut {
        case .whole:
            environment[variable.name] = .some(nil)
            notes.append("\(variable.name) taken away: \(variable.reason) (--keep-j keeps it)")
        case .option(let program):
            guard let grammar = program.grammar else { return }
            let words = value.split(whereSeparator: \.isWhitespace).map(String.init)
            let scan = OptionScan(words, grammar: grammar, keepsSerial: true)
            guard !scan.droppedJobs.isEmpty else { return }
            environment[variable.name] = scan.applied(to: words).joined(separator: " ").bytewise
            note(scan.droppedJobs.map(\.decoded), at: variable.name)
        }
    }

    private mutating func note(_ dropped: [String], at place: String) {
        guard !dropped.isEmpty else { return }
        let options = dropped.joined(separator: " ").printable
        notes.append(
            "\(options) taken off \(place.printable): it would switch the jobserver off (--keep-j keeps it)"
        )
    }

    private mutating func noteWhatRunsBeside() {
        for variable in JobVariable.all where variable.fate == .said {
            guard let value = caller[variable.name], variable.counts(value) else { continue }
            notes.append("\(variable.name)=\(value.decoded.printable) is left: \(variable.reason)")
        }
    }

    // MARK: Portage

    private mutating func give(_ needs: PortageNeeds, _ command: [String], _ path: String) {
        let own = chain.assignments.mapValues { index in
            String(command[index].drop { $0 != "=" }.dropFirst())
        }
        // What a cleaned environment had is gone.
        let before = chain.place == nil ? caller.mapValues(\.decoded) : [:]
        let changes = needs.changes(before.merging(own) { $1 }, path: path)
        for change in changes {
            if let index = chain.assignments[change.name] {
                words[index] = .replaced(Array("\(change.name)=\(change.value)".utf8))
            } else {
                environment[change.name] = Array(change.value.utf8)
            }
        }
        guard !changes.isEmpty else { return }
        notes.append("\(changes.map(\.note).joined(separator: ", ")), for Portage")
    }

    /// Puts what the command would not inherit among the words before it.
    private mutating func stateEnvironment() {
        guard let place = chain.place else { return }
        let given = environment.sorted { $0.key < $1.key }.compactMap { name, value in
            chain.assignments[name] == nil ? value.map { Word.replaced(Array("\(name)=".utf8) + $0) } : nil
        }
        words.insert(
            contentsOf: (place.needsEnv ? [.replaced(Array("env".utf8))] : []) + given,
            at: place.index
        )
    }
}
