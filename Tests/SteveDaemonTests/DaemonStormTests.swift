import Vocabulary
import Glibc
import Linux
import Scenarios
import SystemPackage
import TestKit
import Testing
import Wire

@testable import Jobserver
@testable import SteveDaemon

/// Processes do anything in any order to the whole daemon, all from one seed.
@Suite(.serialized) struct DaemonStormTests {
    @Test(arguments: [1, 2, 3, UInt64.random(in: 4 ... .max)])
    func whateverHappensAllIsForgottenAtTheEnd(seed: UInt64) throws {
        var storm = try DaemonStorm(seed: seed)
        for step in 0..<500 {
            try storm.step()
            let violations = storm.device.violations
            try #require(violations.isEmpty, "seed \(seed), step \(step)")
        }
        try storm.end()
        let pool = storm.left
        #expect(pool == [:], "seed \(seed)")
        #expect(storm.device.violations.isEmpty, "seed \(seed)")
    }
}

/// Processes with two files or a parent's files, unseen clients, wrappers' slots, limits and loads.
private struct DaemonStorm {
    private final class Machine {
        var load = 0.0
    }

    let device: PlayedDevice
    private let server: DeviceServer
    private let machine = Machine()
    private var random: SeededGenerator
    private var clients: [Scenarios.Client] = []
    private var unseen: [FakeKernel.File] = []

    init(seed: UInt64) throws {
        random = SeededGenerator(seed: seed)
        device = try PlayedDevice {
            $0.loadAverage = 8
            $0.loadRecheckTimeout = .milliseconds(5)
        }
        server = try #require(device.daemon.server as? DeviceServer)
        device.daemon.gate.look = { [machine] _ in
            var sample = Sample()
            sample.loadAverage = machine.load
            return sample
        }
    }

    mutating func step() throws {
        guard let client = clients.randomElement(using: &random) else { return try enter() }
        let file = 3 + roll(2)
        switch roll(26) {
        case 0, 1: try enter()
        case 2 where clients.count < 9: clients.append(try device.fork(client))
        case 3: try begin(.open(flags: O_RDWR), client)
        case 4: try kill(1 + roll(2))
        case 5...9: try begin(.read(file: file, bytes: 1), client)
        case 10...13: try begin(.write(file: file, bytes: 1 + roll(6) / 4), client)
        case 14, 15: try begin(.poll(file: file, milliseconds: roll(2) * 20), client)
        case 16: try device.interrupt(client)
        case 17: try begin(.setNonblocking(file: file, roll(2) == 0), client)
        case 18: try begin(.close(file: file), client)
        case 19, 20: try actUnseen()
        case 21: if let process = server.process(ProcessID(client.pid)) { _ = server.charge(process) }
        case 22: if let process = server.process(ProcessID(client.pid)) { server.withdraw(process) }
        case 23: try changeLimits(client)
        case 24: machine.load = Double(roll(3) * 10)
        default: device.rest(.milliseconds(1 + roll(8)))
        }
    }

    mutating func end() throws {
        try kill(clients.count)
        for file in unseen { device.kernel.release(file) }
        device.rest(.milliseconds(5))
    }

    /// How many objects of each kind the pool still has.
    var left: [String: Int] {
        [
            "builds": server.pool.accounts.builds.count, "clients": server.pool.accounts.clients.count,
            "files": server.pool.accounts.entries.files.count,
            "reads": server.pool.accounts.entries.reads.count,
            "polls": server.pool.accounts.entries.polls.count,
            "takings": server.pool.accounts.entries.takings.count,
            "held": server.pool.held, "reserved": server.pool.reserved, "lent": server.pool.lent,
            "connected": server.pool.accounts.active.count,
            "slots": device.daemon.registry.all.count { $0.slot != nil },
            "limits": device.daemon.limits.all.count, "deadlines": server.pool.nextDeadline == nil ? 0 : 1,
            "lenders": server.pool.accounts.queue.lenders.isEmpty ? 0 : 1,
        ].filter { $0.value != 0 }
    }

    private mutating func enter() throws {
        guard clients.count < 9 else { return }
        let client = try device.start(inOwnNamespace: false)
        clients.append(client)
        try begin(.open(flags: roll(2) == 0 ? O_RDWR : O_RDWR | O_NONBLOCK), client)
    }

    private func begin(_ call: Call, _ client: Scenarios.Client) throws {
        _ = try device.begin(call, by: client, lane: 0)
    }

    private mutating func kill(_ count: Int) throws {
        clients.shuffle(using: &random)
        let dying = Array(clients.suffix(count))
        clients.removeLast(dying.count)
        try device.killAtOnce(dying)
    }

    private mutating func actUnseen() throws {
        guard unseen.count > 1, let file = unseen.randomElement(using: &random) else {
            return unseen.append(try device.kernel.open(thread: 0, user: UInt32(roll(2))))
        }
        switch roll(8) {
        case 0...2: _ = device.kernel.read(file, thread: 0, nonblocking: true)
        case 3...5: _ = try device.kernel.write(file, thread: 0)
        case 6: _ = try device.kernel.poll(file, thread: 0, notify: true)
        default:
            unseen.removeAll { $0 == file }
            device.kernel.release(file)
        }
    }

    private mutating func changeLimits(_ client: Scenarios.Client) throws {
        guard roll(3) > 0 else {
            let peer = PeerCredentials(pid: client.pid, uid: 0, gid: 0)
            return try device.daemon.limit(["jobs": "\(1 + roll(4))"], whileLives: nil, for: peer)
        }
        let name = ["jobs", "min-jobs", "reserve", "per-process-limit", "per-build-limit"][roll(5)]
        device.daemon.apply(try device.daemon.settings.changing([name: "\(1 + roll(5))"]))
    }

    private mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &random) }
}
