/// A device that client processes use, real or played: it has what the scenarios need, and does not show how
/// it is served.
package protocol ScenarioDevice: AnyObject {
    /// Whether FIONREAD asks the daemon; on a regular file the kernel answers it itself.
    var tellsAvailable: Bool { get }

    /// Starts a process that has no file of the device open.
    func start(inOwnNamespace: Bool) throws(ScenarioFailure) -> Client
    /// Has the process fork: the child shares all open files.
    func fork(_ client: Client) throws(ScenarioFailure) -> Client
    /// Starts a call, on the process' main thread (lane 0) or on a thread that lives as long as the call.
    func begin(_ call: Call, by client: Client, lane: Int) throws(ScenarioFailure) -> RunningCall
    /// The call's result; waits for it up to that time, and returns nil if the call still runs.
    func outcome(of call: RunningCall, within time: Duration) throws(ScenarioFailure) -> Outcome?
    /// Sends SIGUSR1, for which the process has a handler.
    func interrupt(_ client: Client) throws(ScenarioFailure)
    /// Stops the process, or lets it go on.
    func setStopped(_ client: Client, _ isStopped: Bool) throws(ScenarioFailure)
    /// Sends SIGKILL, and returns when the process has ended.
    func kill(_ client: Client) throws(ScenarioFailure)
    /// Kills many processes, which die in any order.
    func killAtOnce(_ clients: [Client]) throws(ScenarioFailure)
    /// Lets time pass.
    func rest(_ time: Duration)
    /// Opens a new control connection.
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

/// A fault that a scenario found, in a sentence.
package struct ScenarioFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
