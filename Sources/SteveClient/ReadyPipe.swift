internal import Linux
internal import SystemPackage

/// The pipe on which a program says with a newline that it is ready.
struct ReadyPipe: ~Copyable {
    private let reader: Descriptor
    private let writer: Descriptor

    /// Opens the pipe; only a program that inherits `number` has it.
    init() throws(Errno) {
        let ends = try FileDescriptor.pipe(options: .closeOnExec)
        reader = Descriptor(owning: ends.readEnd.rawValue)
        writer = Descriptor(owning: ends.writeEnd.rawValue)
    }

    /// The descriptor to write to.
    var number: CInt { writer.raw }

    /// Waits for the newline; false when whoever could write it has ended without.
    consuming func wait() throws(Errno) -> Bool {
        // As long as this process can write too, nobody's end would be noticed.
        _ = consume writer
        let loop = try EventLoop()
        try loop.watch(reader.raw, for: .readable, key: 0)
        while loop.wait(until: nil) == 0 {}
        loop.unwatch(reader.raw)
        return loop.event(0).interest.contains(.readable)
    }
}
