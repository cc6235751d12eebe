import Glibc
import Jobserver
import Linux
import Scenarios
import TestKit
import Testing
import Wire

@testable import SteveDaemon

/// Limits that hold as long as a process lives.
@Suite(.serialized) struct LiveLimitTests {
    private let device: PlayedDevice

    init() throws {
        device = try PlayedDevice(tokens: 8)
    }

    /// A process that lives until it is killed.
    private func sleeper() throws -> Int32 { try Program(["sleep", "60"]).start() }

    private func end(_ pid: Int32) throws {
        kill(pid, SIGKILL)
        _ = try waitForEnd(pid)
    }

    private func status() throws -> StatusReport {
        device.daemon.turn(until: .now)
        return device.daemon.report
    }

    @Test func theStrictestOfAllHoldsAndEachGoesWithItsProcess() throws {
        let port = try device.connect()
        let (first, second) = (try sleeper(), try sleeper())
        #expect(try port.ask(.limit(["jobs": "5"], pid: first)).ok == true)
        #expect(try port.ask(.limit(["jobs": "3", "load-average": "900"], pid: second)).ok == true)
        #expect(try status().limit == 3)
        #expect(try status().load.limit == 900)
        #expect(try status().limits.map(\.pid) == [Int(first), Int(second)])
        try end(second)
        #expect(try status().limit == 5)
        #expect(try status().load.limit == nil)
        try end(first)
        #expect(try status().limit == 8)
        #expect(try status().limits.isEmpty)
    }

    /// A new process with the pid may come before the loop has told of the end of the old one.
    @Test func aLimitEndsWithItsProcessWhoeverSeesThatFirst() throws {
        let port = try device.connect()
        let process = try sleeper()
        #expect(try port.ask(.limit(["jobs": "5"], pid: process)).ok == true)
        try end(process)
        let server = try #require(device.daemon.server as? DeviceServer)
        let file = try server.opened(by: process, user: 0, flags: 0)
        #expect(device.daemon.limits.all.isEmpty)
        server.closed(file: file)
        #expect(try status().limit == 8)
    }

    @Test func aLimitForAnEndedProcessIsRefusedThoughItsEndWasNotSeenYet() throws {
        let port = try device.connect()
        let process = try sleeper()
        #expect(try port.ask(.limit(["jobs": "5"], pid: process)).ok == true)
        try end(process)
        let peer = PeerCredentials(pid: getpid(), uid: 0, gid: 0)
        #expect(throws: RequestRefusal.self) {
            try device.daemon.limit(["jobs": "3"], whileLives: process, for: peer)
        }
        #expect(try status().limit == 8)
    }

    @Test func setChangesWhatIsBelow() throws {
        let port = try device.connect()
        let process = try sleeper()
        #expect(try port.ask(.limit(["jobs": "5"], pid: process)).ok == true)
        let reply = try port.ask(.set(["jobs": "4"]))
        #expect(reply.old == ["jobs": "8"])
        #expect(try status().limit == 4)
        #expect(try port.ask(.set(["jobs": "12"])).old == ["jobs": "4"])
        #expect(try status().limit == 5)
        #expect(try port.ask(.get).values?["jobs"] == "12")
        try end(process)
        #expect(try status().limit == 12)
    }

    @Test func theSameSaidAgainIsOneLimit() throws {
        let port = try device.connect()
        let process = try sleeper()
        for _ in 0..<3 { #expect(try port.ask(.limit(["jobs": "5"], pid: process)).ok == true) }
        #expect(try status().limits.count == 1)
        try end(process)
    }

    @Test func theirNumberIsBounded() throws {
        let port = try device.connect()
        let process = try sleeper()
        for number in 1...LiveLimits.most {
            #expect(try port.ask(.limit(["ramp": "\(number)"], pid: process)).ok == true)
        }
        #expect(try port.ask(.limit(["ramp": "9999"], pid: process)).error?.contains("no more") == true)
        try end(process)
        #expect(try status().limits.isEmpty)
    }

    @Test(arguments: [
        (["jobs": "0"], "jobs: "), (["reserve": "3"], "reserve is no limit"), (["tempo": "1"], "no setting"),
        ([:], "no limit is named"), (["min-memory-avail": "999999"], "min-memory-avail: "),
    ])
    func badLimitsAreRefused(values: [String: String], why: String) throws {
        let reply = try device.connect().ask(.limit(values, pid: nil))
        #expect(reply.error?.contains(why) == true, "\(reply)")
        #expect(try status().limits.isEmpty)
    }

    @Test(arguments: [-1, 0, Int32.max])
    func noLimitForAProcessThatIsNot(pid: Int32) throws {
        #expect(try device.connect().ask(.limit(["jobs": "2"], pid: pid)).ok == false)
        #expect(try status().limit == 8)
    }

    @Test func tokensBeyondANewLimitStayWithTheirHolders() throws {
        let stage = try Stage(device)
        let holder = try stage.player()
        try stage.take(6, by: holder)
        let process = try sleeper()
        #expect(try device.connect().ask(.limit(["jobs": "2"], pid: process)).ok == true)
        #expect(try status().free == -4)
        try stage.write(holder, bytes: 6)
        #expect(try status().free == 2)
        try end(process)
        #expect(try status().free == 8)
        #expect(device.violations.isEmpty)
    }
}
