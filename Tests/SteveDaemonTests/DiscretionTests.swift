import Vocabulary
import Glibc
import Jobserver
import Linux
import Scenarios
import Testing
import Wire

@testable import SteveDaemon

/// Command lines, which /proc may hide, because a password may stand in them.
@Suite(.serialized) struct DiscretionTests {
    private func daemon(hiding options: String) throws -> (PlayedDevice, Stage) {
        let device = try PlayedDevice()
        device.daemon.hiding = ProcHiding(mountinfo: "22 28 0:21 / /proc rw - proc proc rw,\(options)\n")
        return (device, try Stage(device))
    }

    private func peer(_ user: UInt32, _ groups: [UInt32] = []) -> PeerCredentials {
        PeerCredentials(pid: getpid(), uid: user, gid: user, groups: groups)
    }

    @Test(arguments: ["hidepid=2", "hidepid=invisible", "hidepid=1", "hidepid=ptraceable"])
    func commandsOfOthersAreHiddenWhereProcHidesThem(option: String) throws {
        let (device, stage) = try daemon(hiding: option)
        let holder = try stage.player()
        try stage.take(1, by: holder)
        try device.daemon.limit(["jobs": "3"], whileLives: ProcessID(getpid()), for: peer(geteuid()))
        let own = device.daemon.report(for: peer(geteuid()))
        let foreign = device.daemon.report(for: peer(7_001))
        #expect(own.holders.allSatisfy { $0.command.contains("steve-scenarios") })
        #expect(foreign.holders.map(\.pid) == own.holders.map(\.pid))
        for text in foreign.holders.map(\.command) + foreign.limits.map(\.command) {
            #expect(text == "(another user's, which hidepid hides)")
        }
        #expect(foreign.builds.map(\.label) == ["(another user's, which hidepid hides)"])
        let numbers = Array(0..<8)
        #expect(device.daemon.processes(numbers, for: peer(0)).contains { $0.command.contains("steve-s") })
        #expect(
            !device.daemon.processes(numbers, for: peer(7_001)).contains { $0.command.contains("steve-s") }
        )
        #expect(
            device.daemon.processes(numbers, for: peer(7_001)).contains { $0.command.contains("hidepid") }
        )
    }

    @Test func theGroupThatProcTrustsSeesEverything() throws {
        let (device, stage) = try daemon(hiding: "gid=44,hidepid=invisible")
        try stage.take(1, by: try stage.player())
        #expect(
            device.daemon.report(for: peer(7_001, [44])).holders.first?.command.contains("steve-s") == true
        )
        #expect(device.daemon.report(for: peer(7_001)).holders.first?.command.contains("steve-s") == false)
    }

    @Test func nothingIsHiddenWhereProcHidesNothing() throws {
        for option in ["hidepid=0", "hidepid=off", "nosuid"] {
            let (device, stage) = try daemon(hiding: option)
            try stage.take(1, by: try stage.player())
            #expect(device.daemon.report(for: peer(7_001)).holders.first?.command.contains("steve-s") == true)
        }
    }

    @Test func theLastMountOnProcCounts() {
        let text = "1 2 0:21 / /proc rw - proc proc rw,hidepid=2\n3 2 0:22 / /proc rw - proc proc rw\n"
        #expect(!ProcHiding(mountinfo: text).isOn)
    }
}
