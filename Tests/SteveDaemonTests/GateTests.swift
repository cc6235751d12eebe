import Vocabulary
import Jobserver
import Scenarios
import SystemPackage
import Testing
import Wire

@testable import SteveDaemon

/// The gate of a whole daemon on a machine whose load the test sets.
@Suite(.serialized) struct GateTests {
    /// The machine as /proc shows it.
    private final class Machine {
        var load = 20.0
        var looks = 0
    }

    private let machine = Machine()
    private let device: PlayedDevice
    private let stage: Stage

    init() throws {
        device = try PlayedDevice {
            $0.loadAverage = 8
            $0.loadRecheckTimeout = .milliseconds(10)
        }
        device.daemon.gate.look = { [machine] _ in
            machine.looks += 1
            var sample = Sample()
            sample.loadAverage = machine.load
            sample.runningTasks = Int(machine.load)
            return sample
        }
        stage = try Stage(device)
    }

    @Test func aFallenLoadLetsAWaitingReadIn() throws {
        let (one, other) = (try stage.player(), try stage.player())
        // The gate never holds back the first token.
        try stage.take(1, by: one)
        let read = try stage.startReading(other)
        try stage.expectWaiting(read, "the load is 20 of 8")
        let state = try stage.status().gate
        #expect(state.rule == "load")
        machine.load = 0
        try stage.expectToken(read, "the load has fallen, and nothing else happened")
    }

    /// Sets the load, and lets the last look at the machine become too old for a decision.
    private func setLoad(_ load: Double) {
        machine.load = load
        stage.device.rest(.milliseconds(20))
    }

    @Test func theStatusLooksAtTheMachineWhereNobodyWaits() throws {
        setLoad(0)
        try stage.take(1, by: try stage.player())
        #expect(try stage.status().gate.open)
        setLoad(20)
        let gate = try stage.status().gate
        #expect(!gate.open && gate.text.hasPrefix("held back by load: load 20.00"), "\(gate.text)")
    }

    @Test func aFullShareIsSaidInTheStatus() throws {
        setLoad(0)
        let one = try stage.player()
        try stage.take(1, by: one)
        #expect(try stage.status().gate.open)
        device.daemon.apply(try device.daemon.settings.changing(["per-process-limit": "1"]))
        let read = try stage.startReading(one)
        try stage.expectWaiting(read, "it may have one token")
        let gate = try stage.status().gate
        #expect(!gate.open)
        #expect(gate.text == "held back by share: at most 1 a process")
    }

    @Test func aFallenLoadWakesAPoll() throws {
        let (one, other) = (try stage.player(), try stage.player())
        try stage.take(1, by: one)
        let poll = try stage.startPolling(other)
        try stage.expectWaiting(poll, "the load is 20 of 8")
        machine.load = 0
        try stage.expectReadable(poll, "the load has fallen, and nothing else happened")
    }

    @Test func nobodyLooksWhileNobodyWaits() throws {
        let one = try stage.player()
        try stage.take(1, by: one)
        let before = machine.looks
        device.rest(.milliseconds(100))
        #expect(machine.looks == before)
    }

    /// The last rule is the number of tokens, which a lent slot increases.
    @Test func aLentSlotIsOneTokenMoreBehindAnOpenGate() throws {
        machine.load = 0
        let (holder, lender, other) = (try stage.player(), try stage.player(), try stage.player())
        try stage.take(4, by: holder)
        try stage.write(lender)
        try stage.take(1, by: other)
    }

    @Test func aWrappersSlotIsNotChargedByTheLoadOfAnHourAgo() throws {
        machine.load = 0
        // Takes one token more than is never held back, so the gate is known to be open.
        try stage.take(2, by: stage.player())
        machine.load = 20
        device.rest(.milliseconds(20))
        let port = try device.connect()
        #expect(try port.ask(.register(slot: true)).isWaiting, "the load is 20 of 8")
        machine.load = 0
        #expect(try port.reply().isDone)
    }

    @Test(arguments: Question.allCases)
    func nothingIsAnsweredByTheLoadOfAnHourAgo(question: Question) throws {
        machine.load = 0
        try stage.take(2, by: stage.player())
        let player = try stage.player(nonblocking: true)
        machine.load = 20
        device.rest(.milliseconds(20))
        #expect(try question.getsNothing(stage, player), "the load is 20 of 8")
    }

    /// The daemon may have no descriptor left for a look: it grants nothing on a load that it does not know.
    @Test func aFailedLookClosesTheGateButForMinJobs() throws {
        let (holder, other) = (try stage.player(), try stage.player(nonblocking: true))
        let sight = device.daemon.gate.look
        device.daemon.gate.look = { _ throws(Blindness) in
            throw Blindness(rule: .load, what: "/proc/loadavg", why: "no descriptor")
        }
        stage.device.rest(.milliseconds(20))
        try stage.take(1, by: holder)
        #expect(try stage.read(other) == .failed(.resourceTemporarilyUnavailable))
        let gate = try stage.status().gate
        #expect(!gate.open)
        #expect(gate.text.contains("cannot look at /proc/loadavg: no descriptor"))
        machine.load = 0
        device.daemon.gate.look = sight
        stage.device.rest(.milliseconds(20))
        try stage.take(1, by: other)
    }
}

/// The question that a client asks of the device.
enum Question: CaseIterable {
    case read, poll, available

    func getsNothing(_ stage: Stage, _ player: Stage.Player) throws -> Bool {
        switch self {
        case .read: try stage.read(player) == .failed(.resourceTemporarilyUnavailable)
        case .poll: try !stage.isReadable(player)
        case .available: try stage.available(player) == .gave(0)
        }
    }
}
