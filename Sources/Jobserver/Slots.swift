/// Records under small numbers that are used again: no allocation once it has grown.
///
/// It notes which records were changed, for a copy of them elsewhere.
struct Slots<Record> {
    private var records: [Record] = []
    private var vacant: [Int32] = []
    private var occupied: [Bool] = []
    private var changed: [Int32] = []
    private var isChanged: [Bool] = []

    /// How many records are in use.
    var count: Int { records.count - vacant.count }

    /// The numbers in use, ascending.
    var indices: some Sequence<Int32> {
        (0..<Int32(records.count)).lazy.filter { occupied[Int($0)] }
    }

    mutating func insert(_ record: Record) -> Int32 {
        guard let index = vacant.popLast() else {
            append(record)
            note(Int32(records.count - 1))
            return Int32(records.count - 1)
        }
        records[Int(index)] = record
        occupied[Int(index)] = true
        note(index)
        return index
    }

    private mutating func append(_ record: Record) {
        records.append(record)
        occupied.append(true)
        isChanged.append(false)
        vacant.reserveCapacity(records.capacity)
        changed.reserveCapacity(records.capacity)
    }

    mutating func remove(_ index: Int32) {
        precondition(contains(index), "slot \(index) removed twice")
        occupied[Int(index)] = false
        vacant.append(index)
        note(index)
    }

    func contains(_ index: Int32) -> Bool {
        index >= 0 && index < records.count && occupied[Int(index)]
    }

    subscript(index: Int32) -> Record {
        _read { yield records[Int(index)] }
        _modify {
            note(index)
            yield &records[Int(index)]
        }
    }

    private mutating func note(_ index: Int32) {
        guard !isChanged[Int(index)] else { return }
        isChanged[Int(index)] = true
        changed.append(index)
    }

    /// The number of a record that was inserted, changed or removed since it was named here last.
    mutating func nextChange() -> Int32? {
        guard let index = changed.popLast() else { return nil }
        isChanged[Int(index)] = false
        return index
    }

    /// Goes on as if every change had been named.
    mutating func forgetChanges() {
        guard !changed.isEmpty else { return }
        while nextChange() != nil {}
    }

    /// Restores a record at its old place; `filler` stands in all lower places that are free.
    mutating func restore(_ record: Record, at index: Int32, filler: Record) {
        while records.count <= index {
            append(filler)
            occupied[records.count - 1] = false
            vacant.append(Int32(records.count - 1))
        }
        precondition(!occupied[Int(index)], "slot \(index) restored twice")
        vacant.removeAll { $0 == index }
        records[Int(index)] = record
        occupied[Int(index)] = true
    }
}
