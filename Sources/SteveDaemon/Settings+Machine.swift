internal import Linux
internal import Wire

extension Settings {
    /// What is legal anywhere and senseless on this machine, as a sentence; nil: nothing.
    var unusable: String? {
        guard let floor = minMemoryAvail?.mebibytes, let total = try? ProcFS.memoryTotalBytes() else {
            return nil
        }
        let machine = total / 1_048_576
        guard floor >= Double(machine) else { return nil }
        return
            "min-memory-avail: \(Int(floor)) MiB is not below the \(machine) MiB that this machine has: nothing "
            + "would ever be granted"
    }
}
