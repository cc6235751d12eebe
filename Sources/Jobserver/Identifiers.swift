/// The unit of fairness: every process of one package's build, for example.
package struct BuildID: Hashable, Sendable {
    package let index: Int32
}

// The numbers that a rebuilt pool goes on with are those that it had.

extension BuildID {
    /// The build whose record has this number.
    package init(record: Int32) { self.init(index: record) }
}

extension BuildIdentity {
    /// All of it in one line, which `init(text:)` reads.
    package var text: String { "\(kind.rawValue)\t\(user)\t\(label)\t\(place)" }

    /// The process that a dispatcher is; nil for everything else.
    package var dispatcher: Int32? {
        kind == .dispatcher ? label.split(separator: " ").last.flatMap { Int32($0) } : nil
    }

    /// Reads what `text` has written; nil when it is something else.
    package init?(text: String) {
        let parts = text.split(separator: "\t", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, let kind = Kind(rawValue: String(parts[0])), let user = UInt32(parts[1])
        else { return nil }
        self.init(kind: kind, label: String(parts[2]), place: String(parts[3]), user: user)
    }
}
