/// A command behind programs that only run it: `sudo -u portage env A=b nice -n 5 emerge …`.
package struct CommandChain: Equatable, Sendable {
    /// The index of the command's own name among the words.
    package private(set) var start = 0
    /// Where a variable has to stand among the words for the command to get it, because a program before it
    /// takes the environment away; nil: the command inherits it.
    package private(set) var place: Place?
    /// The variables that the words set, by name: the index of the last word that does.
    package private(set) var assignments: [String: Int] = [:]

    /// A place for `NAME=value` before the word of that index.
    package struct Place: Equatable, Sendable {
        let index: Int
        /// The program there knows no such words: it has to run env.
        let needsEnv: Bool
    }

    private let words: [String]

    /// Follows the words of a command line through the programs that it knows.
    package init(_ words: [String]) {
        self.words = words
        while start < words.count, let front = Front(named: words[start]), let next = follow(front) {
            start = next
        }
    }

    /// The command without what stands before it.
    package var command: [String] { Array(words[start...]) }

    /// The index of the command that this program runs; nil when it runs none, or runs it in a way of its
    /// own.
    private mutating func follow(_ front: Front) -> Int? {
        var (index, hasEnded, cleans) = (start + 1, false, front.cleans)
        if front == .stevectl {
            guard index < words.count, words[index] == "run" else { return nil }
            index += 1
        }
        var found: [(name: String, index: Int)] = []
        var operands = front.operands
        while index < words.count, !hasEnded {
            let word = words[index]
            if word == "--" {
                hasEnded = true
            } else if word == "-", front == .env {
                cleans = true
            } else if word.hasPrefix("-"), word != "-" {
                let option = front.read(word)
                guard option.isKnown else { return nil }
                cleans = option.cleans ?? cleans
                if option.takesNext { index += 1 }
            } else if front.takesAssignments, let name = Self.name(assignedBy: word) {
                found.append((name, index))
            } else {
                break
            }
            index += 1
        }
        let dashes = hasEnded ? index - 1 : index
        while front == .env, index < words.count, let name = Self.name(assignedBy: words[index]) {
            found.append((name, index))
            index += 1
        }
        while operands > 0 { (index, operands) = (index + 1, operands - 1) }
        guard index < words.count else { return nil }
        if cleans {
            assignments = [:]
            // sudo reads no variables behind its dashes.
            place = Place(index: front == .sudo ? dashes : index, needsEnv: !front.takesAssignments)
        }
        for (name, index) in found { assignments[name] = index }
        return index
    }

    private static func name(assignedBy word: String) -> String? {
        guard let equals = word.unicodeScalars.firstIndex(of: "="), equals > word.startIndex else {
            return nil
        }
        return String(word[..<equals])
    }
}

/// A program that runs the command behind its own words.
private enum Front: String {
    case sudo, doas, env, nice, ionice, chrt, taskset, nohup, setsid, stdbuf, time, timeout
    case withSteve = "with-steve"
    case stevectl

    /// By the last part of its path.
    init?(named word: String) {
        guard let name = word.split(separator: "/").last, let front = Front(rawValue: String(name)) else {
            return nil
        }
        self = front
    }

    /// Whether its command gets a new environment unless an option says otherwise.
    var cleans: Bool { self == .sudo || self == .doas }
    /// Whether `NAME=value` before the command is a variable for it.
    var takesAssignments: Bool { self == .sudo || self == .env }
    /// How many words that are not options stand before the command.
    var operands: Int {
        switch self {
        case .chrt, .taskset, .timeout: 1
        default: 0
        }
    }

    /// The effect of one of its options on the words behind it.
    func read(_ word: String) -> (isKnown: Bool, takesNext: Bool, cleans: Bool?) {
        if word.hasPrefix("--") { return readLong(word) }
        var letters = word.dropFirst()
        // The older `nice -5`.
        if self == .nice, letters.allSatisfy(\.isNumber) { return (true, false, nil) }
        var cleans: Bool?
        while let letter = letters.popFirst() {
            // A shell of its own, or words that it splits by itself.
            if (self == .sudo && "is".contains(letter)) || (self == .env && letter == "S") {
                return (false, false, nil)
            }
            if self == .sudo, letter == "E" { cleans = false }
            if self == .env, letter == "i" { cleans = true }
            if valued.contains(letter) { return (true, letters.isEmpty, cleans) }
        }
        return (true, false, cleans)
    }

    private func readLong(_ word: String) -> (isKnown: Bool, takesNext: Bool, cleans: Bool?) {
        let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1).map(String.init)
        let name = parts.first ?? ""
        switch (self, name) {
        // The command keeps its -jN, which the front before this one must not take.
        case (.withSteve, "keep-j"), (.stevectl, "keep-j"): return (false, false, nil)
        case (.sudo, "shell"), (.sudo, "login"), (.env, "split-string"): return (false, false, nil)
        case (.sudo, "preserve-env")
        where parts.count == 1 || parts[1].split(separator: ",").contains("MAKEFLAGS"):
            return (true, false, false)
        case (.env, "ignore-environment"): return (true, false, true)
        default: return (true, parts.count == 1 && longValued.contains(name), nil)
        }
    }

    /// Letters whose argument is the rest of the word, else the next one.
    private var valued: String {
        switch self {
        case .sudo: "CDghpRrtTUu"
        case .doas: "Cu"
        case .env: "uC"
        case .nice: "n"
        case .ionice: "cnpPu"
        case .chrt: "TPDp"
        case .stdbuf: "ioe"
        case .time: "fo"
        case .timeout: "ks"
        case .withSteve:
            Setting.all.filter { $0.valueName != nil }.compactMap(\.letter).map(String.init).joined()
        case .taskset, .nohup, .setsid, .stevectl: ""
        }
    }

    private var longValued: Set<String> {
        switch self {
        case .sudo:
            [
                "close-from", "chdir", "group", "host", "prompt", "chroot", "role", "type", "command-timeout",
                "other-user", "user",
            ]
        case .env: ["unset", "chdir"]
        case .nice: ["adjustment"]
        case .ionice: ["class", "classdata"]
        case .stdbuf: ["input", "output", "error"]
        case .time: ["format", "output"]
        case .timeout: ["kill-after", "signal"]
        case .withSteve: Set(Setting.all.filter { $0.valueName != nil }.map(\.name)).union(["log", "fleet"])
        case .stevectl: ["device", "dev-name"]
        default: []
        }
    }
}
