internal import Testing

@testable import Wire

@Suite struct LaunchTests {
    private static let ours = " --jobserver-auth=fifo:/dev/steve"

    private func launch(
        _ command: String,
        _ environment: [String: String] = [:],
        keepsJobs: Bool = false,
        portage: PortageNeeds? = nil
    ) -> Launch {
        Launch(
            command: command.split(separator: " ").map(String.init),
            environment: environment.mapValues { Array($0.utf8) },
            path: "/dev/steve",
            keepsJobs: keepsJobs,
            portage: { portage }
        )
    }

    /// The variables that the command gets, as texts; "(gone)" for one that the launch removes.
    private func given(_ launch: Launch) -> [String: String] {
        launch.environment.mapValues { $0.map { String(decoding: $0, as: UTF8.self) } ?? "(gone)" }
    }

    /// The words of a launch, in one line.
    private func line(_ launch: Launch, _ command: String) -> String {
        let own = command.split(separator: " ").map(String.init)
        return launch.words.map { word in
            switch word {
            case .original(let index): own[index]
            case .replaced(let bytes): String(decoding: bytes, as: UTF8.self)
            }
        }.joined(separator: " ")
    }

    @Test func bothVariablesAreSetFromTheirOwnFormerValues() {
        let caller = ["MAKEFLAGS": "k -j8", "CARGO_MAKEFLAGS": "-j --jobserver-fds=3,4 --jobserver-auth=3,4"]
        #expect(
            given(launch("true", caller)) == [
                "MAKEFLAGS": Self.ours + " -k", "CARGO_MAKEFLAGS": Self.ours,
            ]
        )
        #expect(given(launch("true")) == ["MAKEFLAGS": Self.ours, "CARGO_MAKEFLAGS": Self.ours])
    }

    @Test(arguments: ["make", "/usr/bin/make", "gmake", "ninja"])
    func jobsOnTheCommandLineAreTakenOffAndSaidSo(program: String) throws {
        let launch = launch("\(program) -j8 -C src -j 4 all")
        #expect(launch.words == [0, 2, 3, 6].map { .original($0) })
        try #require(launch.notes.count == 1)
        #expect(launch.notes[0].hasPrefix("-j8 -j 4 taken off the command line of \(program): "))
    }

    @Test func aClusterIsReplaced() {
        #expect(launch("make -kj8 all").words == [.original(0), .replaced(Array("-k".utf8)), .original(2)])
    }

    @Test(arguments: [
        "make -j1 all", "cargo build -j8", "emerge -j8 @world", "make all -- -j8", "true",
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
        #expect(given(launch) == ["MAKEFLAGS": Self.ours, "CARGO_MAKEFLAGS": Self.ours])
    }

    @Test func optionsInVariablesLoseTheirJobsWhereTheyWouldReachACommandLine() {
        let caller = ["NINJAOPTS": "-v  -j8", "MAKEOPTS": "-j9 -l8"]
        let script = launch("sh build.sh", caller)
        #expect(given(script)["NINJAOPTS"] == "-v")
        #expect(given(script)["MAKEOPTS"] == "-l8")
        #expect(
            script.notes.map { $0.prefix(27) } == [
                "-j9 taken off MAKEOPTS: it ", "-j8 taken off NINJAOPTS: it",
            ]
        )
        let emerge = launch("emerge x", caller)
        #expect(given(emerge)["NINJAOPTS"] == "-v")
        #expect(given(emerge)["MAKEOPTS"] == nil)
        #expect(launch("sh", ["NINJAOPTS": "-v", "MAKEOPTS": ""]).environment.count == 2)
    }

    @Test func aCallerInTheSameJobserverIsNested() {
        #expect(Launch.isNested(["MAKEFLAGS": Self.ours], path: "/dev/steve"))
        #expect(!Launch.isNested(["MAKEFLAGS": Self.ours], path: "/run/steve/steve"))
        #expect(!Launch.isNested(["CARGO_MAKEFLAGS": Self.ours], path: "/dev/steve"))
        #expect(!Launch.isNested([:], path: "/dev/steve"))
    }

    // MARK: Numbers of jobs

    @Test(arguments: [
        ("nice -n 5 make -j8 all", "nice -n 5 make all"),
        ("env A=b ionice -c3 ninja -vj8", "env A=b ionice -c3 ninja -v"),
        ("cmake --build b --parallel 8 -t all", "cmake --build b -t all"),
        ("cmake --build b -j8 -- -kj8", "cmake --build b -- -k"),
        ("cmake -S . -B b -j8", "cmake -S . -B b -j8"),
        ("meson compile -C b -j 8", "meson compile -C b"),
        ("meson test -j 8", "meson test -j 8"),
        ("make -j1 -j8 all", "make all"),
        ("make -j8 -j1 all", "make -j1 all"),
        ("ctest -j8", "ctest -j8"),
    ])
    func theLastNumberCountsForTheProgramThatReadsIt(command: String, run: String) {
        #expect(line(launch(command), command) == run)
    }

    @Test func whatTakesTheEnvironmentAwayIsSaidAndTheNumberStays() throws {
        let launch = launch("sudo make -j8")
        #expect(line(launch, "sudo make -j8") == "sudo make -j8")
        try #require(launch.notes.count == 1)
        #expect(launch.notes[0].hasSuffix("put with-steve right before it"))
        #expect(self.launch("sudo --preserve-env=MAKEFLAGS make -j8").words.count == 3)
    }

    /// Each variable with a number in it, and the value that the command gets.
    @Test(arguments: [
        ("MAKEOPTS", "-j8 -l4", "-l4"), ("NINJAOPTS", "-j8 -v", "-v"), ("NINJAFLAGS", "-j8", ""),
        ("CMAKE_BUILD_PARALLEL_LEVEL", "8", "(gone)"), ("SCONSFLAGS", "-j8", "(said)"),
        ("MESON_NUM_PROCESSES", "8", "(said)"), ("MESON_TESTTHREADS", "8", "(said)"),
        ("DEB_BUILD_OPTIONS", "nocheck parallel=8", "(said)"), ("RPM_BUILD_NCPUS", "8", "(said)"),
        ("GNUMAKEFLAGS", "-j8", "(left)"), ("CTEST_PARALLEL_LEVEL", "8", "(left)"),
        ("CARGO_BUILD_JOBS", "8", "(left)"), ("GOFLAGS", "-p=8", "(left)"), ("GOMAXPROCS", "8", "(left)"),
    ])
    func eachVariableIsTakenSaidOrLeft(name: String, value: String, outcome: String) {
        let launch = launch("sh build.sh", [name: value])
        switch outcome {
        case "(said)", "(left)":
            #expect(given(launch)[name] == nil)
            #expect(launch.notes.count == (outcome == "(said)" ? 1 : 0))
        default:
            #expect(given(launch)[name] == outcome)
            #expect(launch.notes.count == 1)
        }
        #expect(launch.notes.allSatisfy { $0.contains(name) })
        #expect(self.launch("sh", [name: value], keepsJobs: true).notes.isEmpty)
    }

    @Test func everyVariableIsTried() {
        #expect(JobVariable.all.count == 14)
    }

    @Test func insideOfABuildNothingIsSaidAgain() {
        let caller = ["SCONSFLAGS": "-j8", "MAKEFLAGS": Self.ours]
        #expect(launch("sh", caller).notes.isEmpty)
    }

    @Test func aValueThatIsNoUTF8GoesThroughByteByByte() {
        let value: [UInt8] = [0x2D, 0x6B, 0x20, 0x2D, 0x6A, 0x38, 0x20, 0x2D, 0x49, 0xFF, 0xC3]
        let launch = Launch(
            command: ["true"],
            environment: ["MAKEFLAGS": value, "NINJAOPTS": [0x2D, 0x6A, 0x38, 0x20, 0xFE]],
            path: "/dev/é",
            keepsJobs: false
        )
        let ours = Array(" --jobserver-auth=fifo:/dev/é -k -I".utf8)
        #expect(launch.environment["MAKEFLAGS"] == ours + [0xFF, 0xC3])
        #expect(launch.environment["NINJAOPTS"] == [0xFE])
        #expect(MakeFlags(ours).names(path: "/dev/é"))
    }

    // MARK: Portage

    private static let needs = PortageNeeds(knowsToken: true, makeConf: [:], tokens: 4)

    @Test(arguments: [
        "emerge @world", "/usr/bin/ebuild x.ebuild compile", "nice -n 19 emerge x", "env A=b emerge x",
    ])
    func portageGetsWhatItNeedsInItsEnvironment(command: String) {
        let launch = launch(command, portage: Self.needs)
        #expect(given(launch)["FEATURES"] == "jobserver-token")
        #expect(given(launch)["SANDBOX_WRITE"] == "/dev/steve")
        #expect(given(launch)["MAKEOPTS"] == "-j4")
        #expect(
            launch.notes == [
                "FEATURES gains jobserver-token, SANDBOX_WRITE gains /dev/steve, MAKEOPTS is -j4, for Portage"
            ]
        )
        #expect(line(launch, command) == command)
    }

    @Test func whatTheUserHasSetStays() {
        let caller = ["FEATURES": "-sandbox", "SANDBOX_WRITE": "/x:/y", "MAKEOPTS": "-j9"]
        let more = given(launch("emerge x", caller, portage: Self.needs))
        #expect(more["FEATURES"] == "-sandbox jobserver-token")
        #expect(more["SANDBOX_WRITE"] == "/x:/y:/dev/steve")
        #expect(more["MAKEOPTS"] == nil)
        for own in ["-jobserver-token", "x jobserver-token"] {
            #expect(given(launch("emerge x", ["FEATURES": own], portage: Self.needs))["FEATURES"] == nil)
            var needs = Self.needs
            needs.makeConf = ["FEATURES": own, "MAKEOPTS": "", "SANDBOX_WRITE": "/z"]
            let given = given(launch("emerge x", portage: needs))
            #expect(given["FEATURES"] == nil)
            #expect(given["MAKEOPTS"] == nil)
            #expect(given["SANDBOX_WRITE"] == "/z:/dev/steve")
        }
        let done = ["FEATURES": "jobserver-token", "SANDBOX_WRITE": "/dev/steve", "MAKEOPTS": "-j2"]
        #expect(launch("emerge x", done, portage: Self.needs).notes.isEmpty)
    }

    @Test(arguments: [
        ("emerge -uDN @world", true), ("emerge -avuDN @world", true), ("emerge -pv @world", false),
        ("nice emerge --sync", false), ("emerge -j4 --pretend x", false), ("emerge --jobs 4 -f x", false),
        ("emerge -c", false), ("emerge --usepkgonly x", true), ("emerge --pretender x", true),
        ("ebuild x.ebuild manifest", false), ("ebuild x.ebuild clean compile", true), ("make -p", true),
    ])
    func onlyAnEmergeThatBuildsIsAJob(command: String, isJob: Bool) {
        #expect(Launch.isJob(command.split(separator: " ").map(String.init)) == isJob)
    }

    @Test func aPortageThatKnowsNoTokenGetsNone() {
        var needs = Self.needs
        needs.knowsToken = false
        #expect(given(launch("emerge x", portage: needs))["FEATURES"] == nil)
        #expect(PortageNeeds.knowsToken(version: "Portage 3.0.82 (python 3.13.5-final-0, default/linux)"))
        #expect(PortageNeeds.knowsToken(version: "Portage 9999 (python 3.13.5-final-0)"))
        #expect(!PortageNeeds.knowsToken(version: "Portage 3.0.73 (python 3.13.5-final-0)"))
        #expect(!PortageNeeds.knowsToken(version: "something else 4.0"))
    }

    @Test(arguments: [
        (
            "sudo -u root emerge x",
            "sudo -u root CARGO_MAKEFLAGS= FEATURES= MAKEFLAGS= MAKEOPTS= SANDBOX_WRITE= emerge x"
        ),
        (
            "sudo -- emerge x",
            "sudo CARGO_MAKEFLAGS= FEATURES= MAKEFLAGS= MAKEOPTS= SANDBOX_WRITE= -- emerge x"
        ),
        ("doas emerge x", "doas env CARGO_MAKEFLAGS= FEATURES= MAKEFLAGS= MAKEOPTS= SANDBOX_WRITE= emerge x"),
        (
            "env -i A=b emerge x",
            "env -i A=b CARGO_MAKEFLAGS= FEATURES= MAKEFLAGS= MAKEOPTS= SANDBOX_WRITE= emerge x"
        ),
        ("sudo -E emerge x", "sudo -E emerge x"),
        ("sudo -i emerge x", "sudo -i emerge x"),
        (
            "nice sudo FEATURES=y MAKEOPTS=-j3 emerge x",
            "nice sudo FEATURES= MAKEOPTS=-j3 CARGO_MAKEFLAGS= MAKEFLAGS= SANDBOX_WRITE= emerge x"
        ),
    ])
    func behindWhatTakesTheEnvironmentAwayTheWordsSayIt(command: String, run: String) {
        let line = line(launch(command, portage: Self.needs), command)
        // The values are checked above.
        let names = line.split(
            separator: " --jobserver-auth=fifo:/dev/steve",
            omittingEmptySubsequences: false
        )
        .joined()
        .split(separator: " ").map { word in
            let ours = ["CARGO_MAKEFLAGS=", "FEATURES=", "MAKEFLAGS=", "MAKEOPTS=-j4", "SANDBOX_WRITE="]
            guard ours.contains(where: word.hasPrefix) else { return String(word) }
            return word.prefix { $0 != "=" } + "="
        }.joined(separator: " ").replacing("FEATURES= jobserver-token", with: "FEATURES=")
        #expect(names == run)
    }

    @Test func whatTheWordsAssignIsKeptAndGainsTheRest() {
        let command = "env FEATURES=y emerge x"
        let launch = launch(command, portage: Self.needs)
        #expect(line(launch, command) == "env FEATURES=y jobserver-token emerge x")
        #expect(given(launch)["FEATURES"] == nil)
    }
}
