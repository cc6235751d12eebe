/// The words of a command line or of MAKEFLAGS, each with what must become of it so that the jobserver stays
/// on.
package struct OptionScan {
    /// What becomes of one word.
    enum Fate: Equatable {
        case keep
        case drop
        /// A cluster such as `-kj8` that loses its `j8`.
        case shorten(String)
    }

    /// One for each word.
    private(set) var fates: [Fate]
    /// The `-jN` that were found and do not stay, as they were written.
    package private(set) var droppedJobs: [String] = []
    /// The value of the last `--jobserver-auth` or `--jobserver-fds`, which is the one that counts.
    private(set) var jobserver: String?

    private let words: [String]
    private let grammar: OptionGrammar
    private let keepsSerial: Bool
    private var next = 0
    /// Every `-jN`, in the order of the words.
    private var found: [Jobs] = []

    /// One `-jN`: the words that it takes, the letters before it in its cluster, and N.
    private struct Jobs {
        let range: Range<Int>
        let letters: String
        let value: String
    }

    /// Reads the words up to `--`; `keepsSerial` leaves a final `-j1`, which counts, where it is.
    package init(_ words: [String], grammar: OptionGrammar, keepsSerial: Bool) {
        self.words = words
        self.grammar = grammar
        self.keepsSerial = keepsSerial
        fates = Array(repeating: .keep, count: words.count)
        while next < words.count, words[next] != "--" {
            let index = next
            next += 1
            if words[index].hasPrefix("--") {
                readLong(at: index)
            } else if words[index].hasPrefix("-") {
                readCluster(at: index)
            }
        }
        dropJobs()
    }

    /// The words that stay, each as in `originals`; `write` turns a new one into what the list is written in.
    func applied(to originals: [String], writing write: (String) -> String = { $0 }) -> [String] {
        zip(originals, fates).compactMap { word, fate in
            switch fate {
            case .keep: word
            case .shorten(let letters): write(letters)
            case .drop: nil
            }
        }
    }

    private mutating func readLong(at index: Int) {
        let parts = words[index].dropFirst(2).split(
            separator: "=",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        let name = String(parts.first ?? "")
        var value = parts.count > 1 ? String(parts[1]) : nil
        if value == nil,
            grammar.longRequired.contains(name) || takesNumber(grammar.longNumeric.contains(name))
        {
            value = takeNext()
        }
        switch name {
        case grammar.longJobs: found.append(Jobs(range: index..<next, letters: "", value: value ?? ""))
        case "jobserver-auth", "jobserver-fds":
            jobserver = value
            drop(index..<next)
        default: break
        }
    }

    private mutating func readCluster(at index: Int) {
        let letters = words[index].dropFirst()
        for position in letters.indices {
            let letter = letters[position]
            guard grammar.required.contains(letter) || grammar.optional.contains(letter) else { continue }
            var value = String(letters[letters.index(after: position)...])
            if value.isEmpty {
                let wants = grammar.required.contains(letter) || takesNumber(grammar.numeric.contains(letter))
                value = wants ? takeNext() ?? "" : ""
            }
            if letter == "j" {
                found.append(Jobs(range: index..<next, letters: String(letters[..<position]), value: value))
            }
            if grammar.last.contains(letter) { next = words.count }
            return
        }
    }

    private func takesNumber(_ mayTake: Bool) -> Bool {
        guard mayTake, next < words.count, !words[next].isEmpty else { return false }
        return words[next].utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private mutating func takeNext() -> String? {
        guard next < words.count else { return nil }
        defer { next += 1 }
        return words[next]
    }

    private mutating func dropJobs() {
        let isSerial = keepsSerial && found.last?.value == "1"
        for jobs in found where !(isSerial && jobs.value == "1") {
            let written = words[jobs.range].joined(separator: " ")
            droppedJobs.append(jobs.letters.isEmpty ? written : "-j" + jobs.value)
            drop(jobs.range)
            if !jobs.letters.isEmpty { fates[jobs.range.lowerBound] = .shorten("-" + jobs.letters) }
        }
    }

    private mutating func drop(_ range: Range<Int>) {
        for index in range { fates[index] = .drop }
    }
}
