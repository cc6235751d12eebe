import Fuse
import Glibc
import Jobserver
import Ledger
import Linux
import Scenarios
import SystemPackage
import TestKit
import Wire

@testable import SteveDaemon

/// The daemon on a fake kernel, in this thread: the client processes are real, but the test plays their
/// calls.
///
/// Their process and thread ids go into the requests, so that the daemon's pidfds and its looks into /proc
/// are real.
final class PlayedDevice: ScenarioDevice {
    let kernel: FakeKernel
    let daemon: Daemon
    let tellsAvailable = true
    private let folder: TemporaryFolder
    private let host: AgentHost
    private var clients: [Client: PlayedClient] = [:]
    private var lastNumber = 0

    init(tokens: Int = 4, _ adjust: (inout Settings) -> Void = { _ in }) throws {
        folder = try TemporaryFolder()
        host = try AgentHost(program: BuiltProgram.path("steve-scenarios"), device: "/dev/null")
        let kernel = try FakeKernel(.cuse)
        var settings = Settings(cpus: tokens)
        settings.jobs = tokens
        adjust(&settings)
        let configuration = Configuration(
            settings: settings,
            environment: ["STEVE_RUNTIME_DIR": folder.path],
            reload: { () throws(ConfigurationError) in settings }
        )
        let site = try Site(configuration)
        daemon = try Daemon(configuration, site, ServerLedger()) { servers throws(DaemonError) in
            // Not .cuse, which would make a node for a device that is not there.
            let server = DeviceServer(
                settings,
                backend: .fuse,
                path: "/dev/played",
                site: site,
                registry: servers.registry,
                gate: servers.gate
            )
            try server.start(.cuse(name: "played"), kernel.takeDevice(), servers.loop)
            return server
        }
        self.kernel = kernel
        let daemon = daemon
        kernel.settle = { [unowned daemon] in daemon.turn(until: .now) }
        kernel.start()
        try daemon.publish(site.listen(PathAccess(settings)))
    }

    /// What the kernel would have rejected, and what the pool should keep and does not.
    var violations: [String] {
        kernel.collect()
        return kernel.violations + [(daemon.server as? DeviceServer)?.pool.violation].compactMap(\.self)
    }

    // MARK: Processes

    func start(inOwnNamespace: Bool) throws(ScenarioFailure) -> Client {
        known(try host.start(inOwnNamespace: inOwnNamespace), files: [:])
    }

    func fork(_ client: Client) throws(ScenarioFailure) -> Client {
        let parent = try played(client)
        for file in parent.files.values { file.users += 1 }
        return known(try host.fork(parent.agent), files: parent.files)
    }

    func setStopped(_ client: Client, _ isStopped: Bool) {
        Glibc.kill(client.pid, isStopped ? SIGSTOP : SIGCONT)
    }

    func interrupt(_ client: Client) throws(ScenarioFailure) {
        try played(client).interrupt(kernel)
    }

    func kill(_ client: Client) throws(ScenarioFailure) {
        try killAtOnce([client])
    }

    /// As the kernel does it: it interrupts the waiting calls, then closes the files, then ends the process.
    func killAtOnce(_ clients: [Client]) throws(ScenarioFailure) {
        let dying = clients.compactMap { self.clients.removeValue(forKey: $0) }
        let hanging = dying.first { !$0.die(kernel) }
        try host.kill(dying.map(\.agent))
        if let hanging { throw ScenarioFailure("process \(hanging.agent.pid) hangs in a read after SIGKILL") }
        daemon.turn(until: .now)
    }

    // MARK: Calls

    func begin(_ call: Call, by client: Client, lane: Int) throws(ScenarioFailure) -> RunningCall {
        let client = try played(client)
        lastNumber += 1
        var thread = client.agent.pid
        if lane != 0 {
            guard
                let nap = host.answer(
                    to: client.agent.order("t", lane: lane),
                    of: client.agent,
                    within: .seconds(5)
                )
            else { throw ScenarioFailure("process \(thread) starts no thread") }
            thread = Int32(nap)
        }
        client.begin(PlayedCall(number: lastNumber, call: call, thread: thread, isMain: lane == 0), kernel)
        return RunningCall(client: Client(pid: client.agent.pid), number: lastNumber)
    }

    func outcome(of call: RunningCall, within time: Duration) throws(ScenarioFailure) -> Outcome? {
        let end = MonotonicTime.now + time.wholeNanoseconds
        let client = try played(call.client)
        while true {
            daemon.turn(until: .now)
            if let outcome = client.outcome(of: call.number, kernel) { return outcome }
            guard MonotonicTime.now < end else { return nil }
            daemon.turn(until: min(end, .now + 1_000_000))
        }
    }

    func rest(_ time: Duration) {
        let end = MonotonicTime.now + time.wholeNanoseconds
        repeat { daemon.turn(until: end) } while MonotonicTime.now < end
    }

    func connect() throws(ScenarioFailure) -> ControlPort { try connect(patience: .seconds(5)) }

    func connect(patience: Duration) throws(ScenarioFailure) -> ControlPort {
        let daemon = daemon
        return try ControlPort(folder.path("steve.sock"), patience: patience) { [unowned daemon] in
            daemon.turn(until: .now + 200_000)
        }
    }

    private func played(_ client: Client) throws(ScenarioFailure) -> PlayedClient {
        guard let played = clients[client] else { throw ScenarioFailure("process \(client.pid) is gone") }
        return played
    }

    private func known(_ agent: Agent, files: [Int: PlayedFile]) -> Client {
        let client = Client(pid: agent.pid)
        clients[client] = PlayedClient(agent, files: files)
        return client
    }
}
