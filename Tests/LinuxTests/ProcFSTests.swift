internal import Glibc
internal import Linux
internal import SystemPackage
internal import Testing

@Suite struct ProcFSTests {
    // MARK: - Texts

    @Test func allProcessesAreListedOnce() throws {
        let pids = try ProcFS.processes()
        // Where hidepid is on, the list lacks a parent of another user.
        let parentIsHidden = ProcHiding().isOn && !Privileges.isRoot
        #expect(pids.contains(getpid()) && (pids.contains(getppid()) || parentIsHidden))
        #expect(Set(pids).count == pids.count && !pids.contains(0))
        #expect(try ProcFS.parent(of: getpid()) == getppid())
    }

    @Test(arguments: [
        ("Name:\tx\nNSpid:\t12\nVmPeak:\t9 kB\n", [12]), ("NSpid:\t12\t7\t1\n", [12, 7, 1]),
        ("NSpid:\t12\t7", [12, 7]),
        ("NSpid:\n", []), ("Pid:\t3\n", []), ("NSpid:\tx\t1\n", []),
    ])
    func namespacePIDsAreRead(text: String, expected: [Int32]) {
        #expect(parse(text) { ProcFS.namespacePIDs(inStatus: $0) } == expected)
    }

    @Test func inOneNamespaceANumberIsItself() {
        #expect(ProcFS.process(4711, asSeenBy: getpid()) == 4711)
        #expect(ProcFS.process(1, asSeenBy: .max) == nil)
    }

    @Test(
        arguments: [
            ("Name:\tbash\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t4711\nNgid:\t0\nPid:\t4712\n", 4711),
            ("Name:\ta\\nTgid:\\t1\nUmask:\t0022\nState:\tR (running)\nTgid:\t12\n", 12),
            ("Name:\tbash\nPid:\t4712\n", nil),
            ("Name:\tbash\nTgid:\t", nil),
            ("", nil),
        ] as [(String, Int32?)]
    )
    func theThreadGroupIsALineOfStatus(text: String, expected: Int32?) {
        #expect(parse(text) { ProcFS.threadGroup(inStatus: $0) } == expected)
    }

    @Test(arguments: [
        ("make\0-j8\0all\0", "make -j8 all"),
        ("[dev-libs/glib-2.80] emerge\0\0\0\0", "[dev-libs/glib-2.80] emerge"),
        ("sh\0-c\0echo a\necho\tb\u{1B}[2J\0", "sh -c echo a?echo?b?[2J"),
        ("a\0\0b\0", "a  b"),
        ("caf\u{e9} \u{202E}x\u{2028}y\u{85}\0", "caf\u{e9} ?x?y?"),
        ("", ""), ("\0\0", ""),
    ])
    func aCommandIsOnePrintableLine(text: String, expected: String) {
        #expect(parse(text) { ProcFS.commandLine($0) } == expected)
    }

    @Test(arguments: [
        ("make\0-j8\0a b\0", ["make", "-j8", "a b"]),
        ("make\0cut", ["make", "cut"]),
        ("a\0\0\u{1B}b\0", ["a", "", "?b"]),
        ("", []),
    ])
    func itsWordsArePrintable(text: String, expected: [String]) {
        #expect(parse(text) { ProcFS.words($0) } == expected)
    }

    @Test(
        arguments: [
            ("0::/\n", "/"),
            ("0::/system.slice/steve.service\n", "/system.slice/steve.service"),
            ("0::/a:b c\n", "/a:b c"),
            ("9:name=systemd:/\n4:memory:/docker/1f\n1:cpu:/x\n0::/\n", "/docker/1f"),
            ("4:memory:/docker/1f\n0::/unified\n", "/unified"),
            ("4:cpu,cpuacct:/lxc/a", "/lxc/a"),
            ("", nil), ("nonsense\n", nil), ("0:\n::\n", nil),
        ] as [(String, String?)]
    )
    func theCgroupIsTheMostTellingPath(text: String, expected: String?) {
        #expect(parse(text) { ProcFS.cgroupPath($0) } == expected)
    }

    @Test(
        arguments: [
            ("MemTotal:        8123456 kB\nMemFree: 1 kB\nMemAvailable:    7000000 kB\n", 7_168_000_000),
            ("MemTotal:        8123456 kB\n", nil),
            ("MemAvailable:    7000000\n", nil),
            ("MemAvailable:    kB\n", nil),
            ("MemAvailable:    9223372036854775807 kB\n", nil),
        ] as [(String, Int?)]
    )
    func memoryIsInBytes(text: String, expected: Int?) {
        #expect(parse(text) { ProcFS.memoryBytes($0, "MemAvailable:") } == expected)
    }

    @Test(
        arguments: [
            (
                "some avg10=12.34 avg60=1.00 avg300=0.12 total=1\nfull avg10=9.00 avg60=0 avg300=0 total=0\n",
                12.34
            ),
            ("some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n", 0),
            ("full avg10=9.00 avg60=0.00 avg300=0.00 total=0\n", nil),
            ("some\n", nil), ("", nil),
        ] as [(String, Double?)]
    )
    func pressureIsTheTenSecondAverage(text: String, expected: Double?) {
        #expect(parse(text) { ProcFS.someAverage10($0) } == expected)
    }

    // MARK: - This machine

    @Test func everyThreadBelongsToThisProcess() throws {
        #expect(try ProcFS.process(ofThread: getpid()) == getpid())
        #expect(ProcFS.isThread(getpid(), of: getpid()))
        #expect(!ProcFS.isThread(getppid(), of: getpid()))
        #expect(!ProcFS.isThread(4_194_305, of: 4_194_305))
        let threads = try entries(ofDirectory: "/proc/self/task").compactMap { Int32($0) }
        #expect(threads.contains(getpid()))
        var others = 0
        for thread in threads where thread != getpid() {
            // A thread of the test runner may end while we look.
            guard let owner = try? ProcFS.process(ofThread: thread) else { continue }
            #expect(owner == getpid())
            others += 1
        }
        #expect(others > 0)
    }

    @Test(
        .enabled(if: Privileges.isRoot, "needs root: becomes somebody who may not signal the others"),
        .enabled(if: !ProcHiding().isOn, "/proc is mounted with hidepid: nobody sees others' threads")
    )
    func anothersThreadsAreFoundToo() async {
        await #expect(processExitsWith: .success) {
            try Privileges.drop(to: try #require(UserAccount.find("nobody")), keeping: [])
            let parent = getppid()
            for thread in try entries(ofDirectory: "/proc/\(parent)/task").compactMap({ Int32($0) }) {
                // A thread of the test runner may end while we look.
                guard let owner = try? ProcFS.process(ofThread: thread) else { continue }
                #expect(owner == parent)
            }
            #expect(try ProcFS.process(ofThread: parent) == parent)
        }
    }

    @Test(arguments: [0, -1, 4_194_305, .max] as [Int32])
    func aProcessThatIsNotThereIsESRCH(pid: Int32) {
        #expect(throws: Errno.noSuchProcess) { try ProcFS.process(ofThread: pid) }
        #expect(throws: Errno.noSuchProcess) { try ProcFS.stat(of: pid) }
        #expect(throws: Errno.noSuchProcess) { try ProcFS.cgroup(of: pid) }
        #expect(ProcFS.command(of: pid) == "")
    }

    @Test func thisProcessIsDescribed() throws {
        let stat = try ProcFS.stat(of: getpid())
        #expect(stat.parent == getppid())
        #expect(stat.processGroup == getpgrp())
        #expect(stat.session == getsid(0))
        #expect(stat.residentPages > 100)
        #expect(try ProcFS.cgroup(of: getpid()).hasPrefix("/"))
    }

    @Test func aCommandIsCutAtItsLimit() {
        let whole = ProcFS.command(of: getpid(), limit: 4096)
        #expect(whole.count > 8)
        #expect(ProcFS.command(of: getpid(), limit: 8) == String(whole.prefix(8)))
    }

    @Test(
        .enabled(
            if: (try? ProcFS.stat(of: 2).parent) == 0,
            "pid 2 is no kernel thread here: a PID namespace?"
        )
    )
    func aKernelThreadHasANameInBrackets() {
        #expect(ProcFS.command(of: 2) == "[kthreadd]")
    }

    @Test func theMachineHasLoadAndMemory() throws {
        let load = try ProcFS.loadAverage()
        #expect(load.running >= 1 && load.running <= load.total)
        let total = try ProcFS.memoryTotalBytes()
        let available = try ProcFS.memoryAvailableBytes()
        #expect(available > 0 && available < total)
    }

    @Test(
        .enabled(
            if: (try? HeldFile(PressureResource.cpu.path)) != nil,
            "this kernel does not measure pressure: no /proc/pressure"
        ),
        arguments: PressureResource.allCases
    )
    func pressureIsAShare(resource: PressureResource) throws {
        let share = try ProcFS.pressure(HeldFile(resource.path))
        #expect(share >= 0 && share <= 100)
    }
}
