internal import Linux
internal import SystemPackage
package import Wire

/// How to start a daemon that ends with its last user.
package struct DaemonStart {
    private let program: String
    private let name: DeviceName
    private let options: [String]
    private let environment: [String: String]
    private let log: String?

    /// Where modprobe is.
    private static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// A start of `program` with only the settings of this environment; its log goes to the file `log`,
    /// otherwise to one of its own beside its socket.
    package init(
        _ program: String,
        name: DeviceName,
        options: [String],
        environment: [String: String],
        log: String?
    ) {
        self.program = program
        self.name = name
        self.environment = environment
        self.options = options
        self.log = log
    }

    /// The daemon beside this process' own program or in the sbin beside its folder, else the one in PATH.
    package static var program: String {
        guard let own = try? linkTarget("/proc/self/exe"), let slash = own.lastIndex(of: "/") else {
            return "steve"
        }
        let near = ["steve", "../sbin/steve"].map { "\(own[...slash])\($0)" }
        return near.first { (try? FileStatus(ofPath: $0, following: true))?.kind == .regular } ?? "steve"
    }

    /// Starts it with `directory` for its files, and returns when its device answers.
    func run(in directory: String, quietly: Bool) throws(LaunchFailure) {
        let path = log ?? ownLog(in: directory)
        let file: Descriptor
        do throws(Errno) {
            file = try log == nil ? LogFile.new(path) : LogFile.open(path)
        } catch {
            throw .cannotLog(path: path, error)
        }
        let isReady: Bool
        do throws(Errno) {
            isReady = try start(directory, errors: file.raw)
        } catch {
            throw .cannotStart(program: program, error)
        }
        if log == nil, !quietly { repeatLog(path) }
        guard isReady else { throw .didNotStart(program: program, log: log) }
    }

    /// The log of a daemon for which nobody has named one.
    ///
    /// It is not its starter's terminal or file, because a daemon that serves others must not keep those
    /// open.
    private func ownLog(in directory: String) -> String { "\(directory)/\(name).log" }

    /// Prints for the starter what the daemon has printed so far.
    private func repeatLog(_ path: String) {
        guard let text = try? readWhole(path, limit: 1 << 16) else { return }
        StandardError.write(String(decoding: text, as: UTF8.self))
    }

    private func start(_ directory: String, errors: CInt?) throws(Errno) -> Bool {
        let ready = try ReadyPipe()
        let words = [program] + options + ["--end-with-users", "--ready-fd", "\(ready.number)"]
        let settings = environment.filter { $0.key.hasPrefix("STEVE_") }
            .merging(["PATH": Self.path, "STEVE_RUNTIME_DIR": directory]) { $1 }
        try Program(words, environment: settings.map { "\($0.key)=\($0.value)" }).startDetached(
            inheriting: [ready.number],
            errors: errors
        )
        return try ready.wait()
    }
}

/// The pipe on which a program says with a newline that it is ready.
private struct ReadyPipe: ~Copyable {
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

    /// Waits for the newline; false if all processes that could write it have ended without it.
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
