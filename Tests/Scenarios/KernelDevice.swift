internal import Glibc
internal import Linux
internal import SystemPackage
internal import Wire

/// The device as the kernel offers it at a path, used by agents.
package final class KernelDevice: ScenarioDevice {
    private let host: AgentHost
    private let socket: String
    private var agents: [Client: Agent] = [:]
    package let tellsAvailable: Bool

    /// `program` is the program that becomes an agent; `socket` is the daemon's control socket.
    package init(path: String, socket: String, program: String) throws(ScenarioFailure) {
        host = try AgentHost(program: program, device: path)
        self.socket = socket
        tellsAvailable = (try? FileStatus(ofPath: path).kind) == .characterDevice
    }

    package func start(inOwnNamespace: Bool) throws(ScenarioFailure) -> Client {
        known(try host.start(inOwnNamespace: inOwnNamespace))
    }

    package func fork(_ client: Client) throws(ScenarioFailure) -> Client {
        known(try host.fork(try agent(client)))
    }

    package func begin(_ call: Call, by client: Client, lane: Int) throws(ScenarioFailure) -> RunningCall {
        let agent = try agent(client)
        let number =
            switch call {
            case .open(let flags): agent.order("o", lane: lane, Int(flags))
            case .read(let file, let bytes): agent.order("r", lane: lane, file: file, bytes)
            case .write(let file, let bytes): agent.order("w", lane: lane, file: file, bytes)
            case .poll(let file, let milliseconds): agent.order("p", lane: lane, file: file, milliseconds)
            case .available(let file): agent.order("f", lane: lane, file: file)
            case .unknownIoctl(let file): agent.order("i", lane: lane, file: file)
            case .setNonblocking(let file, let isOn):
                agent.order("n", lane: lane, file: file, isOn ? Int(O_NONBLOCK) : 0)
            case .close(let file): agent.order("c", lane: lane, file: file)
            }
        return RunningCall(client: client, number: number)
    }

    package func outcome(of call: RunningCall, within time: Duration) throws(ScenarioFailure) -> Outcome? {
        guard let value = host.answer(to: call.number, of: try agent(call.client), within: time) else {
            return nil
        }
        return value < 0 ? .failed(Errno(rawValue: CInt(-value))) : .gave(value)
    }

    package func interrupt(_ client: Client) {
        Glibc.kill(client.pid, SIGUSR1)
    }

    package func setStopped(_ client: Client, _ isStopped: Bool) {
        Glibc.kill(client.pid, isStopped ? SIGSTOP : SIGCONT)
    }

    package func kill(_ client: Client) throws(ScenarioFailure) {
        try killAtOnce([client])
    }

    package func killAtOnce(_ clients: [Client]) throws(ScenarioFailure) {
        try host.kill(clients.compactMap { agents.removeValue(forKey: $0) })
    }

    package func rest(_ time: Duration) {
        usleep(UInt32(time.wholeNanoseconds / 1000))
    }

    package func connect() throws(ScenarioFailure) -> ControlPort {
        try ControlPort(socket) { usleep(100) }
    }

    private func agent(_ client: Client) throws(ScenarioFailure) -> Agent {
        guard let agent = agents[client] else { throw ScenarioFailure("process \(client.pid) is gone") }
        return agent
    }

    private func known(_ agent: Agent) -> Client {
        let client = Client(pid: agent.pid)
        agents[client] = agent
        return client
    }
}
