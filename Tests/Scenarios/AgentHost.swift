internal import Glibc
internal import Linux
internal import SystemPackage

/// Starts client processes and collects their answers.
package final class AgentHost {
    private let loop: EventLoop
    private let listener: UnixListener
    private let path: String
    private let program: String
    private let device: String
    private var agents: [Int32: Agent] = [:]
    private var children: [Int32] = []
    /// The agent from which all others are forked, but those in namespaces: a fork is quicker than the start
    /// of a program.
    private var first: Agent?
    private static let listenerKey: UInt64 = 0

    /// `program` becomes an agent if it is called with `--agent LISTENER DEVICE`.
    package init(program: String, device: String) throws(ScenarioFailure) {
        self.program = program
        self.device = device
        do throws(Errno) {
            loop = try EventLoop()
            path = "/tmp/steve-agents-\(getpid())-\(MonotonicClock.nowNanoseconds)"
            listener = try UnixListener(path: path, mode: 0o600)
            try loop.watch(listener.raw, key: Self.listenerKey)
        } catch {
            throw ScenarioFailure("cannot listen for agents: \(error)")
        }
    }

    deinit {
        for pid in agents.keys { Glibc.kill(pid, SIGKILL) }
        for child in children { _ = try? waitForEnd(child) }
    }

    /// Starts a new process.
    package func start(inOwnNamespace: Bool = false) throws(ScenarioFailure) -> Agent {
        if inOwnNamespace { return try spawn(["unshare", "--pid", "--fork"]) }
        if first == nil { first = try spawn([]) }
        guard let first else { throw ScenarioFailure("no process to fork") }
        return try fork(first)
    }

    private func spawn(_ wrapper: [String]) throws(ScenarioFailure) -> Agent {
        do throws(Errno) {
            let known = Set(agents.keys)
            children.append(try Program(wrapper + [program, "--agent", path, device]).start())
            return try waitFor { self.agents.first { !known.contains($0.key) }?.value }
        } catch {
            throw ScenarioFailure("cannot start \(program): \(error)")
        }
    }

    /// Has the process fork; returns the child.
    package func fork(_ agent: Agent) throws(ScenarioFailure) -> Agent {
        guard let pid = answer(to: agent.order("k"), of: agent, within: .seconds(5)), pid > 0 else {
            throw ScenarioFailure("process \(agent.pid) did not fork")
        }
        do throws(Errno) {
            return try waitFor { self.agents[Int32(pid)] }
        } catch {
            throw ScenarioFailure("child \(pid) does not answer: \(error)")
        }
    }

    /// The process' answer to an order; waits for it up to that time.
    package func answer(to id: Int, of agent: Agent, within time: Duration) -> Int? {
        let end = MonotonicClock.nowNanoseconds + time.wholeNanoseconds
        while true {
            turn(until: 0)
            if let answer = agent.answer(id) { return answer }
            guard MonotonicClock.nowNanoseconds < end else { return nil }
            turn(until: end)
        }
    }

    /// Sends SIGKILL to all of them, and then waits until they have ended.
    package func kill(_ agents: [Agent]) throws(ScenarioFailure) {
        for agent in agents { Glibc.kill(agent.pid, SIGKILL) }
        for agent in agents {
            loop.unwatch(agent.raw)
            self.agents[agent.pid] = nil
            try awaitEnd(of: agent.pid)
        }
    }

    private func awaitEnd(of pid: Int32) throws(ScenarioFailure) {
        let end = MonotonicClock.nowNanoseconds + 5_000_000_000
        guard let process = try? ProcessDescriptor(pid) else { return }
        while !process.hasEnded {
            guard MonotonicClock.nowNanoseconds < end else {
                let state = (try? ProcFS.stat(of: pid))?.state
                throw ScenarioFailure("process \(pid) does not end: state \(state.map(String.init) ?? "?")")
            }
            usleep(200)
        }
        guard let index = children.firstIndex(of: pid) else { return }
        children.remove(at: index)
        _ = try? waitForEnd(pid)
    }

    private func waitFor(_ agent: () -> Agent?) throws(Errno) -> Agent {
        let end = MonotonicClock.nowNanoseconds + 10_000_000_000
        while MonotonicClock.nowNanoseconds < end {
            if let agent = agent() { return agent }
            turn(until: end)
        }
        throw .timedOut
    }

    private func turn(until end: Int64) {
        for index in 0..<loop.wait(until: end) {
            let key = loop.event(index).key
            guard key == Self.listenerKey else {
                receive(Int32(key))
                continue
            }
            guard let stream = try? listener.accept(), let agent = try? Agent(stream) else { continue }
            agents[agent.pid] = agent
            try? loop.watch(agent.raw, key: UInt64(agent.pid))
        }
    }

    private func receive(_ pid: Int32) {
        guard let agent = agents[pid], !agent.receive() else { return }
        loop.unwatch(agent.raw)
        agents[pid] = nil
    }
}
