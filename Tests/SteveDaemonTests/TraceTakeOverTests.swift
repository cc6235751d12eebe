import Glibc
import Linux
import Scenarios
import TestKit
import Testing
import Vocabulary
import Wire

/// The trace goes on with the next server: the events, their processes, and the names of these.
@Suite(.serialized) struct TraceTakeOverTests {
    private let name = "steve-trace-\(getpid())-\(MonotonicClock.nowNanoseconds)"

    /// All events of tokens so far, and the time at which the daemon says that it was started.
    private func events(_ daemon: RunningDaemon) throws -> (events: [TokenEvent], began: Int64) {
        let port = try daemon.connect()
        let opening = try #require(try port.ask(.trace(last: 3_600)).answer?.trace)
        let chunk = try #require(try port.ask(.events(after: opening.next, until: nil)).answer?.chunk)
        #expect(chunk.lost == nil && !chunk.more)
        let events = try TokenEvent.list(chunk.events).filter { $0.kind.isOfProcess || $0.kind == .out }
        return (events, try #require(opening.began))
    }

    private func stage(_ daemon: RunningDaemon) throws -> Stage {
        let device = try KernelDevice(
            path: try daemon.connect().greeting.path,
            socket: daemon.socketPath,
            program: BuiltProgram.path("steve-scenarios")
        )
        return try Stage(device)
    }

    private func replaceServer(_ daemon: RunningDaemon) throws {
        let former = try daemon.serverPid
        kill(former, SIGKILL)
        try eventually { (try? daemon.serverPid).map { $0 != former } ?? false }
        try eventually { (try? daemon.connect().ask(.ping).isDone) ?? false }
    }

    @Test(.enabled(if: RunningDaemon.canServeFile, Comment(rawValue: RunningDaemon.cannotServeFile)))
    func eventsAndNamesOfTheTimeBeforeAreTold() throws {
        let daemon = try RunningDaemon(["--backend", "fuse", "--dev-name", name, "--jobs", "6"], name: name)
        try #require(daemon.isReady, "\(daemon.log)")
        let stage = try stage(daemon)
        let (holder, earlier, meanwhile) = (try stage.player(), try stage.player(), try stage.player())
        try stage.take(2, by: holder)
        try stage.take(1, by: earlier)
        try stage.take(3, by: meanwhile)
        try stage.kill(earlier)
        try stage.awaitFree(1, "the token of who died before")
        let before = try events(daemon)
        #expect(before.events.map(\.kind) == Array(repeating: .granted, count: 6) + [.reclaimed])
        let server = try daemon.serverPid
        kill(server, SIGSTOP)
        kill(meanwhile.client.pid, SIGKILL)
        try eventually { (try? ProcFS.stat(of: meanwhile.client.pid))?.state ?? "Z" == "Z" }
        try replaceServer(daemon)
        try self.stage(daemon).awaitFree(4, "the tokens of who died meanwhile")
        try stage.write(holder)
        for _ in 1...3 { try replaceServer(daemon) }

        let after = try events(daemon)
        #expect(after.began == before.began)
        #expect(after.events.prefix(7) == before.events[...], "none is lost, changed or told twice")
        #expect(after.events.dropFirst(7).map(\.kind) == [.reclaimed, .returned])
        #expect(after.events.dropFirst(7).map(\.value) == [3, 1])
        let numbers = [before.events[0], before.events[2], before.events[3]].map(\.process)
        #expect(after.events.dropFirst(7).map(\.process) == [numbers[2], numbers[0]])
        let told = try #require(try daemon.connect().ask(.processes(numbers)).answer?.processes)
        #expect(told.map(\.pid) == [holder, earlier, meanwhile].map { Int($0.client.pid) })
        #expect(told.allSatisfy { $0.command.contains("steve-scenarios") && !$0.build.isEmpty }, "\(told)")
    }

    /// The daemon records load and memory when nothing else happens; a takeover must not give an event's
    /// number to another event.
    @Test func whatWasToldStaysWhatItWas() throws {
        let daemon = try RunningDaemon(["--backend", "fifo", "--dev-name", name, "--jobs", "4"], name: name)
        try #require(daemon.isReady, "\(daemon.log)")
        for _ in 1...2 {
            usleep(1_100_000)
            // The first request makes the daemon look at the machine, after its answer.
            _ = try daemon.connect().ask(.trace(last: nil))
            let told = try #require(try daemon.connect().ask(.trace(last: nil)).answer?.trace).end
            try replaceServer(daemon)
            let next = try #require(try daemon.connect().ask(.trace(last: nil)).answer?.trace).end
            #expect(told > 0 && next >= told)
        }
    }

    @Test func howManyWereOutOfAPipeIsTold() throws {
        let daemon = try RunningDaemon(["--backend", "fifo", "--dev-name", name, "--jobs", "4"], name: name)
        try #require(daemon.isReady, "\(daemon.log)")
        let client = try ByteFile(try daemon.connect().greeting.path, waiting: false)
        for _ in 0..<3 { #expect(try client.read() == UInt8(ascii: "+")) }
        try eventually { try events(daemon).events.last?.value == 3 }
        let before = try events(daemon).events
        try replaceServer(daemon)
        for _ in 0..<3 { try client.write(UInt8(ascii: "+")) }
        try eventually { try events(daemon).events.last?.value == 0 }
        let after = try events(daemon).events
        #expect(after.prefix(before.count) == before[...], "\(before) \(after)")
    }
}
