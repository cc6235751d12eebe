/// A device in use by client processes, real or played: what the scenarios need, and nothing about how it is
/// served.
package protocol ScenarioDevice: AnyObject {
    /// Whether FIONREAD asks the daemon: on a regular file the kernel answers by itself.
    var tellsAvailable: Bool { get }

    /// Starts a process that has nothing open.
    func start(inOwnNamespace: Bool) throws(ScenarioFailure) -> Client
    /// Has the process fork: the child shares all open files.
    func fork(_ client: Client) throws(ScenarioFailure) -> Client
    /// Starts a call, on the process' main thread (lane 0) or on a thread that lives as long as the call.
    func begin(_ call: Call, by client: Client, lane: Int) throws(ScenarioFailure) -> RunningCall
    /// What the call gave, waiting so long for it; nil when it still runs.
    func outcome(of call: RunningCall, within time: Duration) throws(ScenarioFailure) -> Outcome?
    /// Sends SIGUSR1, for which the process has a handler.
    func interrupt(_ client: Client) throws(ScenarioFailure)
    /// Stops the process, or has it go on.
    func setStopped(_ client: Client, _ isStopped: Bool) throws(ScenarioFailure)
    /// SIGKILL; returns when the process has ended.
    func kill(_ client: Client) throws(ScenarioFailure)
    /// The same for many, which die at any moment.
    func killAtOnce(_ clients: [Client]) throws(ScenarioFailure)
    /// Lets time pass.
    func rest(_ time: Duration)
    /// A control connection of its own.
    func connect() throws(ScenarioFailure) -> ControlPort
}

/// A client process.
package struct Client: Hashable, Sendable {
    package let pid: Int32

    package init(pid: Int32) {
        self.pid = pid
    }
}

/// A call that has been started.
package struct RunningCall: Hashable, Sendable {
    package let client: Client
    package let number: Int

    package init(client: Client, number: Int) {
        self.client = client
        self.number = number
    }
}

/// What a scenario found that should not be, in a sentence.
package struct ScenarioFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
