internal import Testing

@testable import Wire

@Suite struct LaunchTests {
    private static let ours = " --jobserver-auth=fifo:/dev/steve"

    private func launch(_ command: String, _ environment: [String: String] = [:], keepsJobs: Bool = false)
        -> Launch
    {
        let words = command.split(separator: " ").map(String.init)
        return Launch(command: words, environment: environment, path: "/dev/steve", keepsJobs: keepsJobs)
    }

    @Test func bothVariablesAreSetFromTheirOwnFormerValues() {
        let caller = ["MAKEFLAGS": "k -j8", "CARGO_MAKEFLAGS": "-j --jobserver-fds=3,4 --jobserver-auth=3,4"]
        #expect(
            launch("true", caller).environment == [
                "MAKEFLAGS": Self.ours + " -k", "CARGO_MAKEFLAGS": Self.ours,
            ]
        )
        #expect(launch("true").environment == ["MAKEFLAGS": Self.ours, "CARGO_MAKEFLAGS": Self.ours])
    }

    @Test(arguments: ["make", "/usr/bin/make", "gmake", "ninja"])
    func jobsOnTheCommandLineAreTakenOffAndSaidSo(program: String) {
        let launch = launch("\(program) -j8 -C src -j 4 all")
        #expect(launch.words == [0, 2, 3, 6].map { .original($0) })
        #expect(launch.notes.count == 1)
        #expect(launch.notes[0].hasPrefix("-j8 -j 4 taken off the command line of \(program): "))
    }

    @Test func aClusterIsReplaced() {
        #expect(launch("make -kj8 all").words == [.original(0), .replaced("-k"), .original(2)])
    }

    @Test(arguments: [
        "make -j1 all", "cargo build -j8", "nice make -j8", "emerge -j8 @world", "make all -- -j8", "true",
    ])
    func otherCommandsStayAsTheyAre(command: String) {
        let launch = launch(command)
        #expect(launch.words == command.split(separator: " ").indices.map { .original($0) })
        #expect(launch.notes.isEmpty)
    }

    @Test func keepJobsLeavesAllButMakeflags() {
        let caller = ["MAKEFLAGS": "-j8", "NINJAOPTS": "-j8", "MAKEOPTS": "-j8"]
        let launch = launch("make -j8", caller, keepsJobs: true)
        #expect(launch.words == [.original(0), .original(1)])
        #expect(launch.environment == ["MAKEFLAGS": Self.ours, "CARGO_MAKEFLAGS": Self.ours])
    }

    @Test func optionsInVariablesLoseTheirJobsWhereTheyWouldReachACommandLine() {
        let caller = ["NINJAOPTS": "-v  -j8", "MAKEOPTS": "-j9 -l8"]
        let script = launch("sh build.sh", caller)
        #expect(script.environment["NINJAOPTS"] == "-v")
        #expect(script.environment["MAKEOPTS"] == "-l8")
        #expect(
            script.notes.map { $0.prefix(27) } == [
                "-j8 taken off NINJAOPTS: it", "-j9 taken off MAKEOPTS: it ",
            ]
        )
        let emerge = launch("emerge x", caller)
        #expect(emerge.environment["NINJAOPTS"] == "-v")
        #expect(emerge.environment["MAKEOPTS"] == nil)
        #expect(launch("sh", ["NINJAOPTS": "-v", "MAKEOPTS": ""]).environment.count == 2)
    }

    @Test func aCallerInTheSameJobserverIsNested() {
        #expect(Launch.isNested(["MAKEFLAGS": Self.ours], path: "/dev/steve"))
        #expect(!Launch.isNested(["MAKEFLAGS": Self.ours], path: "/run/steve/steve"))
        #expect(!Launch.isNested(["CARGO_MAKEFLAGS": Self.ours], path: "/dev/steve"))
        #expect(!Launch.isNested([:], path: "/dev/steve"))
    }
}
