/// Globs that are found by the bytes with which they begin or end, so that a name is compared with only a few
/// of many.
struct GlobIndex: Sendable {
    private struct Entry: Sendable {
        let glob: Glob
        let value: Int
    }

    /// By the bytes with which a name has to begin, or to end.
    private struct Ends: Sendable {
        var entries: [ArraySlice<UInt8>: [Entry]] = [:]
        var lengths: [Int] = []

        mutating func add(_ entry: Entry, _ key: [UInt8]) {
            entries[key[...], default: []].append(entry)
            if !lengths.contains(key.count) { lengths.append(key.count) }
        }
    }

    private var values: [Glob: Int] = [:]
    private var heads = Ends()
    private var tails = Ends()
    private var others: [Entry] = []

    subscript(glob: Glob) -> Int? { values[glob] }

    mutating func add(_ glob: Glob, _ value: Int) {
        values[glob] = value
        let entry = Entry(glob: glob, value: value)
        if !glob.head.isEmpty {
            heads.add(entry, glob.head)
        } else if !glob.tail.isEmpty {
            tails.add(entry, glob.tail)
        } else {
            others.append(entry)
        }
    }

    /// Calls with the value of each glob that matches.
    func forEach(matching name: ArraySlice<UInt8>, _ take: (Int) -> Void) {
        guard !values.isEmpty else { return }
        for entry in others where entry.glob.matches(name) { take(entry.value) }
        for length in heads.lengths where length <= name.count {
            for entry in heads.entries[name.prefix(length)] ?? [] where entry.glob.matches(name) {
                take(entry.value)
            }
        }
        for length in tails.lengths where length <= name.count {
            for entry in tails.entries[name.suffix(length)] ?? [] where entry.glob.matches(name) {
                take(entry.value)
            }
        }
    }
}
