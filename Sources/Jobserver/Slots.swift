/// Records under small numbers that are used again: no allocation once it has grown.
struct Slots<Record> {
    private var records: [Record] = []
    private var vacant: [Int32] = []
    private var occupied: [Bool] = []

    /// How many records are in use.
    var count: Int { records.count - vacant.count }

    /// The numbers in use, ascending.
    var indices: some Sequence<Int32> {
        (0..<Int32(records.count)).lazy.filter { occupied[Int($0)] }
    }

    mutating func insert(_ record: Record) -> Int32 {
        guard let index = vacant.popLast() else {
            records.append(record)
            occupied.append(true)
            vacant.reserveCapacity(records.capacity)
            return Int32(records.count - 1)
        }
        records[Int(index)] = record
        occupied[Int(index)] = true
        return index
    }

    mutating func remove(_ index: Int32) {
        precondition(contains(index), "slot \(index) removed twice")
        occupied[Int(index)] = false
        vacant.append(index)
    }

    func contains(_ index: Int32) -> Bool {
        index >= 0 && index < records.count && occupied[Int(index)]
    }

    subscript(index: Int32) -> Record {
        _read { yield records[Int(index)] }
        _modify { yield &records[Int(index)] }
    }
}
