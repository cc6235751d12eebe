internal import Linux
internal import SystemPackage
internal import Wire

/// Asks a ninja whether it can use the jobserver.
enum NinjaCheck {
    /// A sentence when the command is a ninja that will run without it.
    static func warning(_ words: [String], _ backend: Backend) -> String? {
        guard KnownProgram(command: words) == .ninja, let program = words.first else { return nil }
        return (try? output(of: [program, "--version"])).flatMap(NinjaVersion.init)?.warning(for: backend)
    }

    /// What a program that says little writes to its standard output.
    private static func output(of words: [String]) throws(Errno) -> String {
        let pipe = try FileDescriptor.pipe(options: .closeOnExec)
        let reader = Descriptor(owning: pipe.readEnd.rawValue)
        do throws(Errno) {
            let writer = Descriptor(owning: pipe.writeEnd.rawValue)
            try waitForEnd(Program(words).start(output: writer.raw))
        } catch {
            throw error
        }
        return String(decoding: try readWhole("/proc/self/fd/\(reader.raw)", limit: 256), as: UTF8.self)
    }
}
