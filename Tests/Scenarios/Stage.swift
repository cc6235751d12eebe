internal import Glibc
internal import Linux
internal import SystemPackage
package import Wire

/// What a scenario works with: the device, the processes that it has started, and the daemon's own account of
/// them.
package final class Stage {
    /// A process with one open file of the device.
    package struct Player: Hashable {
        package let client: Client
        package let file: Int
    }

    package let device: any ScenarioDevice
    /// How many tokens the device has.
    package let tokens: Int
    /// How many rounds a storm has.
    package let rounds: Int
    private let slow: Int
    private let control: ControlPort
    private var clients: [Client] = []
    private var hurriesSince: Int64?

    /// Makes a stage whose time limits are all multiplied by `slow`.
    package init(_ device: any ScenarioDevice, rounds: Int = 1, slow: Int = 1) throws(ScenarioFailure) {
        self.device = device
        self.rounds = rounds
        self.slow = slow
        control = try device.connect()
        tokens = try Self.status(control).limit
        try need(tokens >= 4, "the scenarios need 4 tokens, there are \(tokens)")
    }

    // MARK: Processes

    /// Starts a process that opens the device.
    package func player(
        nonblocking: Bool = false,
        inOwnNamespace: Bool = false
    ) throws(ScenarioFailure) -> Player {
        let client = try device.start(inOwnNamespace: inOwnNamespace)
        clients.append(client)
        return try open(client, flags: nonblocking ? O_RDWR | O_NONBLOCK : O_RDWR)
    }

    /// Has the same process open the device again.
    package func reopened(_ player: Player) throws(ScenarioFailure) -> Player {
        try open(player.client, flags: O_RDWR)
    }

    /// Has the process fork: the child has the same open file.
    package func child(of player: Player) throws(ScenarioFailure) -> Player {
        let client = try device.fork(player.client)
        clients.append(client)
        return Player(client: client, file: player.file)
    }

    package func kill(_ players: Player...) throws(ScenarioFailure) {
        for player in players {
            clients.removeAll { $0 == player.client }
            try device.kill(player.client)
        }
    }

    package func killAtOnce(_ players: [Player]) throws(ScenarioFailure) {
        clients.removeAll { client in players.contains { $0.client == client } }
        try device.killAtOnce(players.map(\.client))
    }

    // MARK: Calls that do not wait

    package func read(_ player: Player, bytes: Int = 1, lane: Int = 0) throws(ScenarioFailure) -> Outcome {
        try perform(.read(file: player.file, bytes: bytes), by: player, lane: lane)
    }

    package func write(_ player: Player, bytes: Int = 1) throws(ScenarioFailure) {
        let outcome = try perform(.write(file: player.file, bytes: bytes), by: player)
        try need(outcome == .gave(bytes), "a write of \(bytes) bytes: \(outcome)")
    }

    /// Takes tokens one by one; fails if one is not there.
    package func take(_ count: Int, by player: Player) throws(ScenarioFailure) {
        for number in 1...count {
            let outcome = try read(player)
            try need(outcome == .gave(1), "token \(number) of \(count): \(outcome)")
        }
    }

    /// Whether a poll says that a read would get a token now.
    package func isReadable(_ player: Player) throws(ScenarioFailure) -> Bool {
        let events = try perform(.poll(file: player.file, milliseconds: 0), by: player)
        try need(events == .gave(0) || events == .gave(Int(POLLIN)), "a poll: \(events)")
        return events == .gave(Int(POLLIN))
    }

    package func available(_ player: Player) throws(ScenarioFailure) -> Outcome {
        try perform(.available(file: player.file), by: player)
    }

    package func setNonblocking(_ player: Player, _ isOn: Bool) throws(ScenarioFailure) {
        let outcome = try perform(.setNonblocking(file: player.file, isOn), by: player)
        try need(outcome == .gave(0), "fcntl: \(outcome)")
    }

    package func close(_ player: Player) throws(ScenarioFailure) {
        let outcome = try perform(.close(file: player.file), by: player)
        try need(outcome == .gave(0), "close: \(outcome)")
    }

    /// Makes a call that must return at once.
    package func perform(_ call: Call, by player: Player, lane: Int = 0) throws(ScenarioFailure) -> Outcome {
        let running = try device.begin(call, by: player.client, lane: lane)
        guard let outcome = try device.outcome(of: running, within: patience) else {
            throw ScenarioFailure("\(call) waits, and should not")
        }
        return outcome
    }

    // MARK: Calls that wait

    /// Starts a read that has to wait; returns once the daemon has it in its queue.
    package func startReading(_ player: Player, lane: Int = 0) throws(ScenarioFailure) -> RunningCall {
        let waiting = try waits(of: player, .read)
        let call = try device.begin(.read(file: player.file, bytes: 1), by: player.client, lane: lane)
        try eventually("a read that waits") { () throws(ScenarioFailure) in
            try waits(of: player, .read) > waiting
        }
        return call
    }

    /// Starts a poll that has to wait for POLLIN; returns once the daemon has it in its queue.
    package func startPolling(_ player: Player) throws(ScenarioFailure) -> RunningCall {
        let waiting = try waits(of: player, .poll)
        let call = try device.begin(
            .poll(file: player.file, milliseconds: 60_000),
            by: player.client,
            lane: 0
        )
        try eventually("a poll that waits") { () throws(ScenarioFailure) in
            try waits(of: player, .poll) > waiting
        }
        return call
    }

    /// Fails unless the call soon ends with this result.
    package func expect(_ call: RunningCall, _ expected: Outcome, _ what: String) throws(ScenarioFailure) {
        guard let outcome = try device.outcome(of: call, within: patience) else {
            throw ScenarioFailure("\(what): it still waits after \(patience)")
        }
        try need(outcome == expected, "\(what): \(outcome), not \(expected)")
    }

    package func expectToken(_ call: RunningCall, _ what: String) throws(ScenarioFailure) {
        try expect(call, .gave(1), what)
    }

    package func expectReadable(_ call: RunningCall, _ what: String) throws(ScenarioFailure) {
        try expect(call, .gave(Int(POLLIN)), what)
    }

    /// Fails if the call ends within a while.
    package func expectWaiting(
        _ call: RunningCall,
        _ what: String,
        for time: Duration = .milliseconds(40)
    ) throws(ScenarioFailure) {
        guard let outcome = try device.outcome(of: call, within: time) else { return }
        throw ScenarioFailure("\(what): it should wait, and gave \(outcome)")
    }

    // MARK: What the daemon says

    package func status() throws(ScenarioFailure) -> StatusReport { try Self.status(control) }

    /// Changes settings through the control socket.
    package func set(_ values: [String: String]) throws(ScenarioFailure) {
        let reply = try control.ask(.set(values))
        try need(reply.isDone, "set \(values): \(reply.error ?? "no reason given")")
    }

    /// How many tokens the process holds, according to the daemon.
    package func held(by player: Player) throws(ScenarioFailure) -> Int {
        try status().holders.first { $0.pid == Int(player.client.pid) }?.tokens ?? 0
    }

    /// Fails unless the daemon soon has so many free tokens and its other figures agree.
    package func awaitFree(_ count: Int, _ what: String) throws(ScenarioFailure) {
        var last = ""
        do throws(ScenarioFailure) {
            try eventually(what) { () throws(ScenarioFailure) in
                let status = try status()
                last =
                    "free \(status.free), reserved \(status.reserved), held \(status.held), lent \(status.lent)"
                try need(
                    status.free + status.reserved + status.held == status.limit + status.lent,
                    "\(what): not conserved: \(last), limit \(status.limit)"
                )
                return status.free == count
            }
        } catch {
            throw ScenarioFailure("\(error): \(last), and \(count) should be free")
        }
    }

    /// Asks again and again until the answer is yes.
    package func eventually(
        _ what: String,
        _ question: () throws(ScenarioFailure) -> Bool
    ) throws(ScenarioFailure) {
        let end = MonotonicClock.nowNanoseconds + patience.wholeNanoseconds
        while try !question() {
            try need(MonotonicClock.nowNanoseconds < end, "\(what): not within \(patience)")
            device.rest(.milliseconds(1))
        }
    }

    package func need(_ condition: Bool, _ why: @autoclosure () -> String) throws(ScenarioFailure) {
        guard condition else { throw ScenarioFailure(why()) }
    }

    // MARK: Reservations last 100 ms

    /// Notes that a reservation has begun: what follows must be done before it expires.
    package func hurry() { hurriesSince = MonotonicClock.nowNanoseconds }

    /// Fails if what followed `hurry` took too long; then the scenario is acted out once more.
    package func needHurried() throws(ScenarioFailure) {
        try need(!wasTooSlow, "it took so long that the reservation may have expired")
        hurriesSince = nil
    }

    /// Whether a failure may come from a machine that was too slow.
    var wasTooSlow: Bool {
        guard let hurriesSince else { return false }
        return MonotonicClock.nowNanoseconds - hurriesSince > 80_000_000
    }

    /// How long something may take that should take no time.
    private var patience: Duration { .seconds(2) * slow }

    private func waits(of player: Player, _ kind: StatusReport.Waiter.Kind) throws(ScenarioFailure) -> Int {
        try status().waiters.first { $0.pid == Int(player.client.pid) && $0.kind == kind }?.requests ?? 0
    }

    private func open(_ client: Client, flags: Int32) throws(ScenarioFailure) -> Player {
        let call = try device.begin(.open(flags: flags), by: client, lane: 0)
        guard case .gave(let file) = try device.outcome(of: call, within: patience) else {
            throw ScenarioFailure("cannot open the device with flags \(flags)")
        }
        return Player(client: client, file: file)
    }

    private static func status(_ control: ControlPort) throws(ScenarioFailure) -> StatusReport {
        guard let status = try control.ask(.status).answer?.status else {
            throw ScenarioFailure("the daemon tells no status")
        }
        return status
    }

    // MARK: The end

    /// Ends all processes of the scenario; then the daemon must have every token back and an empty queue.
    package func finish() throws(ScenarioFailure) {
        try device.killAtOnce(clients)
        clients = []
        if try status().limit != tokens { try set(["jobs": "\(tokens)"]) }
        try awaitFree(tokens, "after the end of all processes")
        let status = try status()
        try need(
            status.held == 0 && status.reserved == 0 && status.lent == 0 && status.waiting == 0,
            "all processes have ended, but \(status.held) are held, \(status.reserved) reserved, "
                + "\(status.lent) lent, and \(status.waiting) wait"
        )
    }
}
