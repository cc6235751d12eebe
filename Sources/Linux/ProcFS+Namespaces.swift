internal import SystemPackage

/// Processes by the numbers that they have in other PID namespaces.
extension ProcFS {
    /// The process that `observer` means by `pid`, as this process numbers it; nil when it cannot be told.
    ///
    /// Of an observer in a PID namespace below this one only ancestors there, and itself, are found: a shell
    /// that says `$$` or `$PPID`.
    package static func process(_ pid: Int32, asSeenBy observer: Int32) -> Int32? {
        guard let depth = try? namespacePIDs(of: observer).count else { return nil }
        guard depth > 1 else { return pid }
        var candidate = observer
        // An ancestor that has as many numbers is in the same namespace.
        while let numbers = try? namespacePIDs(of: candidate), numbers.count == depth {
            if numbers.last == pid { return candidate }
            guard let parent = try? parent(of: candidate), parent > 0 else { return nil }
            candidate = parent
        }
        return nil
    }

    /// A process' numbers, from that in this PID namespace to that in its own.
    private static func namespacePIDs(of pid: Int32) throws(Errno) -> [Int32] {
        try withFile(of: pid, "status", limit: 65_536) { (text) throws(Errno) in namespacePIDs(inStatus: text)
        }
    }

    /// The numbers in the line `NSpid:` of /proc/PID/status; none before Linux 4.1.
    package static func namespacePIDs(inStatus text: Span<UInt8>) -> [Int32] {
        var numbers: [Int32] = []
        var next = text.value(ofLine: "NSpid:")
        while let start = next, let number: Int32 = text.integer(at: start) {
            numbers.append(number)
            var end = start
            while end < text.count, text[end] != UInt8(ascii: "\t"), text[end] != UInt8(ascii: "\n") {
                end += 1
            }
            next = end < text.count && text[end] == UInt8(ascii: "\t") ? end + 1 : nil
        }
        return numbers
    }
}
