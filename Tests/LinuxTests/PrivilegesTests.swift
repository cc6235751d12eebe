internal import Glibc
internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@Suite struct PrivilegesTests {
    @Test func accountsAreFoundByNameAndNumber() throws {
        let root = try #require(UserAccount.find("root"))
        #expect(root == UserAccount.find("0"))
        #expect(root.uid == 0 && root.gid == 0 && root.name == "root")
        #expect(UserAccount.find("steve-no-such-user") == nil)
        #expect(UserAccount.find("3999999999") == nil)
        #expect(UserAccount.find("-1") == nil)
        #expect(try #require(GroupAccount.find("root")).gid == 0)
        #expect(try #require(GroupAccount.find("0")).name == "root")
        #expect(try #require(GroupAccount.find("3999999999")).gid == 3_999_999_999)
        #expect(GroupAccount.find("steve-no-such-group") == nil)
    }

    @Test(
        arguments: [
            ("Name:\tx\nCapEff:\t0000000000080020\nCapBnd:\t000001ffffffffff\n", [.kill, .trace]),
            ("CapEff:\t0000000000000000\n", []), ("CapEff:\tx\n", nil), ("CapPrm:\t0000000000000020\n", nil),
        ] as [(String, Capabilities?)]
    )
    func powersAreALineOfStatus(text: String, expected: Capabilities?) {
        #expect(parse(text) { Capabilities(effectiveInStatus: $0) } == expected)
    }

    @Test(.enabled(if: Privileges.isRoot, "needs root: changes its user"))
    func whatWasDroppedIsGoneForGood() async {
        await #expect(processExitsWith: .success) {
            let nobody = try #require(UserAccount.find("nobody"))
            try Privileges.drop(to: nobody, keeping: [])
            #expect(!Privileges.isRoot && getegid() == nobody.gid)
            #expect(try Capabilities.effective() == [])
            #expect(setuid(0) == -1 && setgid(0) == -1)
            #expect(throws: Errno.permissionDenied) { try readWhole("/etc/shadow", limit: 1) }
            let groups = getgroups(0, nil)
            #expect(groups <= 1)
            let status = String(
                decoding: try readWhole("/proc/thread-self/status", limit: 4096),
                as: UTF8.self
            )
            #expect(status.contains("\nNoNewPrivs:\t1\n"))
            // Other users' open files are hidden now, and the result says so.
            #expect(FileUsers(of: FileIdentity(device: 0, inode: 0)).isIncomplete)
        }
    }

    @Test(.enabled(if: Privileges.isRoot, "needs root: changes its user"))
    func whatWasKeptWorks() async {
        await #expect(processExitsWith: .success) {
            let nobody = try #require(UserAccount.find("nobody"))
            try Privileges.drop(to: nobody, group: 250, keeping: [.trace, .readAnything])
            #expect(getegid() == 250)
            #expect(try Capabilities.effective() == [.trace, .readAnything])
            #expect(!FileUsers(of: FileIdentity(device: 0, inode: 0)).isIncomplete)
            // Watching a process needs no privilege; sending it a signal does.
            let process = try ProcessDescriptor(getppid())
            let ended = process.hasEnded
            #expect(!ended)
            #expect(try ProcFS.process(ofThread: getppid()) == getppid())
            #expect(throws: Errno.notPermitted) { try process.signal(0) }
        }
    }
}
