internal import Linux
internal import SystemPackage

/// How a daemon is started that ends with its last user.
package struct DaemonStart {
    private let program: String
    private let options: [String]
    private let log: String?

    /// A start of `program`, whose log goes to the file `log`, else to this process' standard error.
    package init(_ program: String, options: [String], log: String?) {
        self.program = program
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
    func run(in directory: String) throws(LaunchFailure) {
        let log = try openLog()
        defer { try? log?.close() }
        let isReady: Bool
        do throws(Errno) {
            isReady = try start(directory, errors: log?.rawValue)
        } catch {
            throw .cannotStart(program: program, error)
        }
        guard isReady else { throw .didNotStart(program: program, log: self.log) }
    }

    private func start(_ directory: String, errors: CInt?) throws(Errno) -> Bool {
        let ready = try ReadyPipe()
        let words = [program] + options + ["--end-with-users", "--ready-fd", "\(ready.number)"]
        let environment = Environment.current.merging(["STEVE_RUNTIME_DIR": directory]) { $1 }
            .map { "\($0.key)=\($0.value)" }
        try Program(words, environment: environment).startDetached(inheriting: [ready.number], errors: errors)
        return try ready.wait()
    }

    private func openLog() throws(LaunchFailure) -> FileDescriptor? {
        guard let log else { return nil }
        do {
            return try FileDescriptor.open(
                FilePath(log),
                .writeOnly,
                options: [.create, .append, .closeOnExec],
                permissions: FilePermissions(rawValue: 0o644)
            )
        } catch {
            throw .cannotLog(path: log, error as? Errno ?? .ioError)
        }
    }
}
