package import SystemPackage

/// The whole machine: load, memory, pressure.
extension ProcFS {
    /// The load and the number of running tasks.
    package static func loadAverage() throws(Errno) -> LoadAverage {
        try loadAverage(try HeldFile("/proc/loadavg"))
    }

    /// The same from the file, held open.
    package static func loadAverage(_ file: HeldFile) throws(Errno) -> LoadAverage {
        try file.withContents(limit: 128) { (text) throws(Errno) in
            guard let load = LoadAverage(parsing: text) else { throw Errno.badMessage }
            return load
        }
    }

    /// How much memory new programs could use without swapping.
    package static func memoryAvailableBytes() throws(Errno) -> Int {
        try memory("MemAvailable:")
    }

    /// All memory that the kernel manages.
    package static func memoryTotalBytes() throws(Errno) -> Int {
        try memory("MemTotal:")
    }

    /// The share of the last ten seconds, in per cent, in which some task waited for the resource whose file
    /// this is.
    package static func pressure(_ file: HeldFile) throws(Errno) -> Double {
        try file.withContents(limit: 256) { (text) throws(Errno) in
            guard let share = someAverage10(text) else { throw Errno.badMessage }
            return share
        }
    }

    /// How much memory new programs could use without swapping, from /proc/meminfo, held open.
    package static func memoryAvailableBytes(_ file: HeldFile) throws(Errno) -> Int {
        try memory("MemAvailable:", file)
    }

    private static func memory(_ label: StaticString) throws(Errno) -> Int {
        try memory(label, try HeldFile("/proc/meminfo"))
    }

    private static func memory(_ label: StaticString, _ file: HeldFile) throws(Errno) -> Int {
        try file.withContents(limit: 1024) { (text) throws(Errno) in
            guard let bytes = memoryBytes(text, label) else { throw Errno.badMessage }
            return bytes
        }
    }

    /// One line of /proc/meminfo in bytes.
    package static func memoryBytes(_ text: Span<UInt8>, _ label: StaticString) -> Int? {
        guard let start = text.value(ofLine: label), let amount: Int = text.integer(at: start),
            let unit = text.field(1, from: start), text.has("kB", at: unit)
        else { return nil }
        let (bytes, overflow) = amount.multipliedReportingOverflow(by: 1024)
        return overflow ? nil : bytes
    }

    /// The `some avg10` of a file of /proc/pressure.
    package static func someAverage10(_ text: Span<UInt8>) -> Double? {
        guard let start = text.value(ofLine: "some "), text.has("avg10=", at: start) else { return nil }
        return text.decimal(at: start + 6)
    }
}

/// The resources whose stalls the kernel measures.
package enum PressureResource: String, CaseIterable, Sendable {
    case cpu
    case memory
    case io

    package var path: String {
        switch self {
        case .cpu: "/proc/pressure/cpu"
        case .memory: "/proc/pressure/memory"
        case .io: "/proc/pressure/io"
        }
    }
}
