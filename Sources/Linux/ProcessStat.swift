/// What /proc/PID/stat says of a process.
package struct ProcessStat: Hashable, Sendable {
    package let pid: Int32
    /// The kernel's short name of the command, 15 bytes at most, made printable.
    package let commandName: String
    /// R running, S sleeping, D waiting for a disk, T stopped, Z zombie.
    package let state: Unicode.Scalar
    package let parent: Int32
    package let processGroup: Int32
    package let session: Int32
    /// Clock ticks from boot to the process' start.
    package let startTime: UInt64
    /// Pages of memory that are in use now.
    package let residentPages: Int

    /// Reads the one line of /proc/PID/stat, nil when it is not such a line.
    ///
    /// The name is whatever the process chose, with brackets, blanks and line ends: it ends at the last `)`.
    package init?(parsing text: Span<UInt8>) {
        guard let open = text.firstIndex(of: UInt8(ascii: "(")),
            let close = text.lastIndex(of: UInt8(ascii: ")")), open < close,
            let pid: Int32 = text.integer(at: 0),
            let state = text.field(0, from: close + 1),
            let parent: Int32 = text.number(inField: 1, from: close + 1),
            let processGroup: Int32 = text.number(inField: 2, from: close + 1),
            let session: Int32 = text.number(inField: 3, from: close + 1),
            let startTime: UInt64 = text.number(inField: 19, from: close + 1),
            let residentPages: Int = text.number(inField: 21, from: close + 1)
        else { return nil }
        self.pid = pid
        commandName = text.printable(open + 1..<close)
        self.state = Unicode.Scalar(text[state])
        self.parent = parent
        self.processGroup = processGroup
        self.session = session
        self.startTime = startTime
        self.residentPages = residentPages
    }
}

extension ProcessStat {
    /// The parent alone.
    package static func parent(_ text: Span<UInt8>) -> Int32? {
        text.lastIndex(of: UInt8(ascii: ")")).flatMap { text.number(inField: 1, from: $0 + 1) }
    }
}

extension Span<UInt8> {
    /// The number in the field that `field(_:from:)` finds.
    fileprivate func number<Number: FixedWidthInteger>(inField field: Int, from start: Int) -> Number? {
        self.field(field, from: start).flatMap { integer(at: $0) }
    }
}
