internal import ArgumentParser
internal import Linux
internal import Reports
internal import SteveClient
internal import SystemPackage
internal import Wire

/// `stevectl trace`: a picture of who had tokens when.
struct TraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Write down who has tokens when, until interrupted.",
        discussion: """
            The file is for Perfetto and Chrome's tracing, or with --html for any browser. The daemon keeps the last 262,144 \
            events, an hour at 73 a second: --last works after the fact. Of the tokens of one process the oldest is taken \
            to come back first. On a named pipe only the commands of with-steve are known.
            """
    )

    @OptionGroup
    var daemon: DaemonOption

    @Option(
        name: [.customShort("o", allowingJoined: true), .long],
        help: ArgumentHelp("Write to this file.", valueName: "file"),
        completion: .file()
    )
    var output: String

    @Flag(help: "Write one page for a browser, which needs no network.")
    var html = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Write what has been in this time: 90s, 30m, 2h.", valueName: "time")
    )
    var last: String?

    /// What the output is called.
    private var place: String { output == "-" ? "the standard output" : output.printable }

    func validate() throws {
        guard !output.isEmpty else { throw ValidationError("--output: a file needs a name") }
        guard let last, TimeSpan(last) == nil else { return }
        throw ValidationError("--last: \"\(last.printable)\" is not \(TimeSpan.rule)")
    }

    func run() throws {
        // Now, so that nobody traces for an hour what cannot be written.
        let file: NewFile
        let interruption: Interruption
        do throws(Errno) {
            file = try NewFile(output)
            interruption = try Interruption()
        } catch {
            throw failure(error)
        }
        let (recording, facts) = try daemon.ask { (connection) throws(ControlFailure) in
            try record(&connection, interruption)
        }
        let trace = Trace(recording)
        let text = html ? TracePage.text(trace, facts) : TraceJSON.text(trace, facts)
        do throws(Errno) {
            try file.write(Array(text.utf8))
        } catch {
            throw failure(error)
        }
        let tokens = trace.builds.reduce(0) { $0 + $1.slices.count }
        say("\(tokens) token(s) of \(trace.builds.count) build(s) in \(place)")
    }

    /// The past, or what comes until the user ends it.
    ///
    /// A daemon that ends also ends the trace; the events until then are written.
    private func record(
        _ connection: inout ControlConnection,
        _ interruption: Interruption
    ) throws(ControlFailure) -> (TraceRecording, TraceFacts) {
        let span = last.flatMap(TimeSpan.init)?.seconds
        let report = try connection.status()
        var taker = try TraceTaker(&connection, last: span)
        let length = taker.recording.end - taker.recording.begin
        let facts = TraceFacts(report, beganMilliseconds: WallClock.nowMilliseconds - length / 1_000)
        guard span == nil else { return (taker.recording, facts) }
        say("tracing; Control-C ends it")
        let start = MonotonicClock.nowNanoseconds
        do throws(ControlFailure) {
            while !interruption.comes(withinMilliseconds: 250), try taker.goOn(&connection) {}
            _ = try taker.goOn(&connection)
        } catch {
            say("\(error): the trace ends here")
        }
        if taker.lost > 0 { say("\(taker.lost) events were overwritten unread: the trace ends before them") }
        taker.end(after: (MonotonicClock.nowNanoseconds - start) / 1_000)
        return (taker.recording, facts)
    }

    private func failure(_ error: Errno) -> ExitCode {
        say("cannot write \(place): \(error)")
        return .failure
    }
}
