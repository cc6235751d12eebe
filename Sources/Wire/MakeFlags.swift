/// A value of MAKEFLAGS (or CARGO_MAKEFLAGS): options that every make below inherits.
package struct MakeFlags: Sendable {
    /// The option words, as written; the first has its dash.
    private let words: [String]
    /// `-- NAME=value …`, verbatim, or nothing.
    private let overrides: String
    private let scan: OptionScan

    /// Reads a value as make would.
    package init(_ text: String) { self.init(Array(text.utf8)) }

    /// The same of a value that need not be UTF-8.
    package init(_ bytes: [UInt8]) {
        let text = String(bytewise: bytes)
        let all = MakeWords.split(text)
        let end = all.firstIndex(of: "--") ?? all.endIndex
        var words = all[..<end].map(String.init)
        // make puts letters first without a dash, and only there: `ks -j8`.
        if let first = words.first, !first.hasPrefix("-"), !first.contains("=") { words[0] = "-" + first }
        self.words = words
        overrides = end < all.endIndex ? String(text[all[end].startIndex...]) : ""
        scan = OptionScan(words.map(MakeWords.plain), grammar: .make, keepsSerial: false)
    }

    /// What the last `--jobserver-auth` (or the older `--jobserver-fds`) says, such as `fifo:/dev/steve`.
    package var jobserver: String? { scan.jobserver?.decoded }

    /// The `-jN` in it, each of which would make a make its own server.
    package var jobOptions: [String] { scan.droppedJobs.map(\.decoded) }

    /// Whether a process that inherits this value is already a client of the jobserver at `path`.
    package func names(path: String) -> Bool { jobserver == "fifo:" + path }

    /// The value for a command that is to use the jobserver at `path` and no other: all other flags stay,
    /// `-jN` goes.
    ///
    /// Ours comes first, behind a blank: a first word without a dash means single letters, in which an `n` is
    /// a dry run, and one client finds the option only behind a blank. make itself writes a leading blank
    /// too.
    package func joining(path: String) -> [UInt8] {
        let ours = " --jobserver-auth=" + MakeWords.quote("fifo:" + String(bytewise: path.utf8))
        let rest = scan.applied(to: words, writing: MakeWords.quote) + (overrides.isEmpty ? [] : [overrides])
        return ([ours] + rest).joined(separator: " ").bytewise
    }
}
