import Vocabulary
import Glibc
import Jobserver
import Linux
import Scenarios
import TestKit
import Testing
import Wire

@testable import SteveDaemon

/// Limits that last as long as a process.
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
        #expect(try port.ask(.limit(["jobs": "5"], pid: first)).isDone)
        #expect(try port.ask(.limit(["jobs": "3", "load-average": "900"], pid: second)).isDone)
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

    /// A new process may get the pid before the event loop has seen the end of the old one.
    @Test func aLimitEndsWithItsProcessWhoeverSeesThatFirst() throws {
        let port = try device.connect()
        let process = try sleeper()
        #expect(try port.ask(.limit(["jobs": "5"], pid: process)).isDone)
        try end(process)
        let server = try #require(device.daemon.server as? DeviceServer)
        let file = try server.opened(by: ThreadID(process), user: 0, flags: 0)
        #expect(device.daemon.registry[pid: ProcessID(process)] == nil)
        device.daemon.turn(until: .now)
        #expect(device.daemon.limits.all.isEmpty)
        server.closed(file: file)
        #expect(try status().limit == 8)
    }

    @Test func aLimitForAnEndedProcessIsRefusedThoughItsEndWasNotSeenYet() throws {
        let port = try device.connect()
        let process = try sleeper()
        #expect(try port.ask(.limit(["jobs": "5"], pid: process)).isDone)
        try end(process)
        let peer = PeerCredentials(pid: getpid(), uid: 0, gid: 0)
        #expect(throws: RequestRefusal.self) {
            try device.daemon.limit(["jobs": "3"], whileLives: ProcessID(process), for: peer)
        }
        #expect(try status().limit == 8)
    }

    @Test func setChangesWhatIsBelow() throws {
        let port = try device.connect()
        let process = try sleeper()
        #expect(try port.ask(.limit(["jobs": "5"], pid: process)).isDone)
        let reply = try port.ask(.set(["jobs": "4"]))
        #expect(reply.answer?.old == ["jobs": "8"])
        #expect(try status().limit == 4)
        #expect(try port.ask(.set(["jobs": "12"])).answer?.old == ["jobs": "4"])
        #expect(try status().limit == 5)
        #expect(try port.ask(.get).answer?.values["jobs"] == "12")
        try end(process)
        #expect(try status().limit == 12)
    }

    @Test func theSameSaidAgainIsOneLimit() throws {
        let port = try device.connect()
        let process = try sleeper()
        for _ in 0..<3 { #expect(try port.ask(.limit(["jobs": "5"], pid: process)).isDone) }
        #expect(try status().limits.count == 1)
        try end(process)
    }

    @Test func theirNumberIsBounded() throws {
        let port = try device.connect()
        let process = try sleeper()
        for number in 1...LiveLimits.most {
            #expect(try port.ask(.limit(["ramp": "\(number)"], pid: process)).isDone)
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
        #expect(try device.connect().ask(.limit(["jobs": "2"], pid: pid)).error != nil)
        #expect(try status().limit == 8)
    }

    // MARK: Who may

    private func peer(_ user: UInt32, _ groups: [UInt32] = [], pid: Int32 = getpid()) -> PeerCredentials {
        PeerCredentials(pid: pid, uid: user, gid: user, groups: groups)
    }

    /// A process of another user that lives until it is killed.
    private func sleeper(of user: UInt32) throws -> Int32 {
        let pid = try Program(["setpriv", "--reuid=\(user)", "--clear-groups", "sleep", "60"]).start()
        try eventually { try ProcFS.user(of: pid) == user }
        return pid
    }

    @Test(.enabled(if: geteuid() == 0, "needs root: has processes of several users"))
    func onlyOnesOwnProcessAndWhatDescendsFromItBindEverybody() throws {
        let (own, foreign) = (try sleeper(of: 7_001), try sleeper(of: 7_002))
        for pid in [1, foreign] {
            #expect(throws: RequestRefusal.self) {
                try device.daemon.limit(["jobs": "1"], whileLives: ProcessID(pid), for: peer(7_001, pid: own))
            }
        }
        #expect(try status().limit == 8)
        try device.daemon.limit(["jobs": "3"], whileLives: ProcessID(own), for: peer(7_001))
        #expect(try status().limit == 3)
        // The process descends from the peer, which has started it as another user.
        try device.daemon.limit(["jobs": "2"], whileLives: ProcessID(foreign), for: peer(UInt32.max - 5))
        #expect(try status().limits.map(\.user) == [7_001, Int(UInt32.max - 5)])
        try end(own)
        try end(foreign)
        #expect(try status().limit == 8)
    }

    @Test func limitsAreDroppedByWhoAskedForThemAndByRoot() throws {
        let (first, second) = (try sleeper(), try sleeper())
        try device.daemon.limit(["jobs": "3"], whileLives: ProcessID(first), for: peer(7_001))
        try device.daemon.limit(["jobs": "2"], whileLives: ProcessID(second), for: peer(0))
        for pid in [nil, ProcessID(first)] {
            #expect(throws: RequestRefusal.self) { try device.daemon.drop(pid, for: peer(7_002)) }
        }
        try device.daemon.drop(nil, for: peer(7_001))
        #expect(try status().limits.map(\.pid) == [Int(second)])
        try device.daemon.limit(["jobs": "3"], whileLives: ProcessID(first), for: peer(7_001))
        let port = try device.connect()
        #expect(try port.ask(.drop(pid: second)).isDone)
        #expect(try port.ask(.drop(pid: nil)).isDone)
        #expect(try port.ask(.drop(pid: nil)).error?.contains("no limit holds") == true)
        #expect(try status().limit == 8)
        try end(first)
        try end(second)
    }

    @Test func aUserHasAPartOfAllLimits() throws {
        let process = try sleeper()
        for number in 1...LiveLimits.share {
            try device.daemon.limit(["ramp": "\(number)"], whileLives: ProcessID(process), for: peer(7_001))
        }
        #expect(throws: RequestRefusal.self) {
            try device.daemon.limit(["ramp": "9999"], whileLives: ProcessID(process), for: peer(7_001))
        }
        try device.daemon.limit(["ramp": "9999"], whileLives: ProcessID(process), for: peer(7_002))
        try end(process)
    }

    @Test func withAControlGroupOnlyItsMembersAndRootDecideForEverybody() throws {
        let device = try PlayedDevice(tokens: 8) { $0.controlGroup = "4242" }
        let (member, other) = (peer(7_001, [4_242]), peer(7_002, [4_243]))
        #expect(try device.daemon.set(["jobs": "5"], for: member).new == ["jobs": "5"])
        try device.daemon.limit(["jobs": "3"], whileLives: nil, for: member)
        #expect(throws: RequestRefusal.self) { try device.daemon.set(["jobs": "9"], for: other) }
        #expect(throws: RequestRefusal.self) {
            try device.daemon.limit(["jobs": "1"], whileLives: nil, for: other)
        }
        #expect(device.daemon.report.limit == 3)
    }

    /// Otherwise such a text could forge a line of the log, and the daemon would keep 1,900 zeros.
    @Test(arguments: ["4\u{0}\nsteve: FORGED", "0x10", "4 ", "+4\n", "inf", "٤"])
    func aNumberIsReadWhole(text: String) throws {
        let port = try device.connect()
        for name in ["load-average", "ramp", "jobs", "min-memory-avail"] {
            #expect(try port.ask(.limit([name: text], pid: nil)).error != nil, "\(name)")
        }
    }

    @Test func aNumberIsKeptAsWePrintIt() throws {
        let port = try device.connect()
        let text = String(repeating: "0", count: 1_000) + "12.50"
        #expect(try port.ask(.limit(["load-average": text, "jobs": "007"], pid: nil)).isDone)
        #expect(try status().limits.map(\.values) == [["jobs": "7", "load-average": "12.5"]])
    }

    @Test func tokensBeyondANewLimitStayWithTheirHolders() throws {
        let stage = try Stage(device)
        let holder = try stage.player()
        try stage.take(6, by: holder)
        let process = try sleeper()
        #expect(try device.connect().ask(.limit(["jobs": "2"], pid: process)).isDone)
        #expect(try status().free == -4)
        try stage.write(holder, bytes: 6)
        #expect(try status().free == 2)
        try end(process)
        #expect(try status().free == 8)
        #expect(device.violations.isEmpty)
    }
}
