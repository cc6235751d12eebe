package import SystemPackage

extension Program {
    /// Runs the program to its end and returns what it wrote to its standard output, at most `limit` bytes of
    /// it.
    package func output(limit: Int) throws(Errno) -> [UInt8] {
        let pipe = try FileDescriptor.pipe(options: .closeOnExec)
        let reader = Descriptor(owning: pipe.readEnd.rawValue)
        let writer = Descriptor(owning: pipe.writeEnd.rawValue)
        let pid = try start(output: writer.raw)
        // So that the program's is the last.
        _ = consume writer
        let bytes = try? readWhole("/proc/self/fd/\(reader.raw)", limit: limit)
        _ = consume reader
        _ = try waitForEnd(pid)
        return bytes ?? []
    }
}
