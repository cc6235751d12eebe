package import SystemPackage

/// The whole machine: load, memory, pressure.
extension ProcFS {
    /// The load and the number of running tasks.
    package static func loadAverage() throws(Errno) -> LoadAverage {
        try withContents(of: "/proc/loadavg", limit: 128) { (text) throws(Errno) in
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

    /// The share of the last ten seconds, in per cent, in which some task waited for the resource;
    /// nil where the kernel does not measure it.
    package static func pressure(_ resource: PressureResource) -> Double? {
        let share = try? withContents(of: resource.path, limit: 256) {
            (text) throws(Errno) in someAverage10(text)
        }
        return share ?? nil
    }

    private static func memory(_ label: StaticString) throws(Errno) -> Int {
        try withContents(of: "/proc/meminfo", limit: 1024) { (text) throws(Errno) in
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
