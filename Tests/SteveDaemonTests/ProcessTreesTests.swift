import Glibc
import Jobserver
import Linux
import SystemPackage
import TestKit
import Testing
import Vocabulary

@testable import SteveDaemon

/// What holders have running, seen on real processes: a shell that runs a sleeper and another shell, which
/// runs a second sleeper.
@Suite struct ProcessTreesTests {
    private final class Family {
        let top, sleeper, inner, innerSleeper: Int32
        private let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
            let script = """
                cd '\(folder.path)'
                sleep 60 & echo $! > sleeper
                sh -c 'sleep 60 & echo $! > innerSleeper; wait' & echo $! > inner
                wait
                """
            top = try Program(["sh", "-c", script]).start(ownSession: true)
            let place = folder.path
            func number(_ name: String) throws -> Int32 {
                while true {
                    if let text = try? readWhole("\(place)/\(name)", limit: 20),
                        let pid = Int32(String(decoding: text.dropLast(), as: UTF8.self)), text.last == 10
                    {
                        return pid
                    }
                    usleep(1000)
                }
            }
            sleeper = try number("sleeper")
            inner = try number("inner")
            innerSleeper = try number("innerSleeper")
            // A forked child is still a shell until it has executed `sleep`, and its memory grows until it
            // sleeps.
            for (pid, name) in [(sleeper, "sleep"), (innerSleeper, "sleep"), (inner, "sh")] {
                while true {
                    let stat = try ProcFS.stat(of: pid)
                    if stat.commandName == name, stat.state == "S" { break }
                    usleep(1000)
                }
            }
        }

        func end(_ pid: Int32) {
            kill(pid, SIGKILL)
            while let stat = try? ProcFS.stat(of: pid), stat.state != "Z" { usleep(1000) }
        }

        deinit {
            for pid in [innerSleeper, inner, sleeper, top] { kill(pid, SIGKILL) }
            waitpid(top, nil, 0)
        }
    }

    private func roots(_ usage: HolderUsage?) -> [Int32] {
        usage?.jobs.map { Int32(truncatingIfNeeded: $0.identity >> 32) } ?? []
    }

    private func bytes(_ pids: Int32...) throws -> Int {
        try pids.reduce(0) { try $0 + ProcFS.stat(of: $1).residentPages * sysconf(Int32(_SC_PAGESIZE)) }
    }

    @Test func aJobIsAChildWithAllThatHangsBelowIt() throws {
        let family = try Family()
        var trees = ProcessTrees()
        // Twice, because the second look knows most of it already.
        for _ in 1...2 {
            let usage = try trees.used(by: [(family.top, 2)])
            #expect(usage.map(\.tokens) == [2])
            #expect(roots(usage.first) == [family.sleeper, family.inner].sorted())
            let expected = try [bytes(family.sleeper), bytes(family.inner, family.innerSleeper)]
            #expect(Set(usage.flatMap(\.jobs).map(\.residentBytes)) == Set(expected))
            #expect(usage.flatMap(\.jobs).allSatisfy { 0..<60_000_000_000 ~= $0.ageNanoseconds })
        }
    }

    @Test func aChildThatHoldsAnswersForItsOwn() throws {
        let family = try Family()
        var trees = ProcessTrees()
        let usage = try trees.used(by: [(family.top, 1), (family.inner, 1)])
        #expect(roots(usage.first) == [family.sleeper, family.inner].sorted())
        #expect(try usage.first?.jobs.map(\.residentBytes).contains(bytes(family.inner)) == true)
        #expect(roots(usage.last) == [family.innerSleeper])
        #expect(usage.last?.jobs.map(\.command) == ["sleep"])
    }

    @Test func aHolderWithoutChildrenIsItsOwnJob() throws {
        let family = try Family()
        var trees = ProcessTrees()
        #expect(roots(try trees.used(by: [(family.sleeper, 1)]).first) == [family.sleeper])
    }

    @Test(
        .enabled(
            if: !ProcHiding().isOn || Privileges.isRoot,
            "/proc is mounted with hidepid: the orphan's new parent is root's, and hidden"
        )
    )
    func theNextLookSeesWhatEndedAndWhoLostItsParent() throws {
        let family = try Family()
        var trees = ProcessTrees()
        #expect(roots(try trees.used(by: [(family.top, 1)]).first).count == 2)
        // The stopped parent does not reap it, so the list of processes has a zombie.
        kill(family.top, SIGSTOP)
        family.end(family.inner)
        let orphan = try ProcFS.stat(of: family.innerSleeper).parent
        let usage = try trees.used(by: [(family.top, 1), (orphan, 1)])
        #expect(!roots(usage.first).contains(family.innerSleeper))
        #expect(roots(usage.last).contains(family.innerSleeper))
    }

    @Test func aProcessThatCameSinceTheLastLookIsSeen() throws {
        var trees = ProcessTrees()
        _ = try trees.used(by: [])
        let family = try Family()
        #expect(roots(try trees.used(by: [(family.top, 1)]).first).count == 2)
    }

    @Test func whatIsKnownOfAParentMayBeOld() throws {
        let family = try Family()
        var asked: [Int32: Int] = [:]
        // The first parent lives; the second one has ended since.
        let known = [family.sleeper: family.top, family.innerSleeper: 1 << 30]
        var trees = ProcessTrees { pid in
            asked[pid.number, default: 0] += 1
            return known[pid.number].map(ProcessID.init)
        }
        for _ in 1...2 {
            let usage = try trees.used(by: [(family.top, 2)])
            #expect(roots(usage.first) == [family.sleeper, family.inner].sorted())
            #expect(
                try usage.flatMap(\.jobs).map(\.residentBytes).contains(
                    bytes(family.inner, family.innerSleeper)
                )
            )
        }
        #expect(asked[family.sleeper] == 1)
    }

    @Test func aHolderThatEndedIsLeftOut() throws {
        let family = try Family()
        var trees = ProcessTrees()
        #expect(try trees.used(by: [(family.top, 1), (1 << 30, 1)]).count == 1)
    }
}

extension ProcessTrees {
    fileprivate mutating func used(by holders: [(pid: Int32, tokens: Int)]) throws -> [HolderUsage] {
        try usage(of: holders.map { (ProcessID($0.pid), $0.tokens) })
    }
}
