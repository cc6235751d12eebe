/// A moment at which something that a process has in the queue expires.
struct Deadline: Equatable {
    enum Kind: Int, CaseIterable {
        case reservation, retry, penalty
    }

    let kind: Kind
    let time: MonotonicTime
}

/// The processes with a deadline, by its kind, in the order of their deadlines; all of one kind last equally
/// long.
struct Deadlines {
    private var chains = InlineArray<3, Chain>(repeating: Chain())
    private var links = Links()

    /// The processes whose deadline is of that kind.
    subscript(kind: Deadline.Kind) -> Chain { chains[kind.rawValue] }

    /// The one behind this one in its chain; -1: none.
    func next(_ client: Int32) -> Int32 { links[client].next }

    mutating func move(_ client: Int32, from old: Deadline?, to new: Deadline?) {
        guard old != new else { return }
        if let old { chains[old.kind.rawValue].remove(client, &links) }
        if let new { chains[new.kind.rawValue].append(client, &links) }
    }
}
