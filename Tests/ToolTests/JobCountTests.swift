internal import Linux
internal import TestKit
internal import Testing
internal import Wire

/// What a number of jobs does beside the jobserver, shown by the real make: what manual and portage.md claim.
@Suite(.serialized) struct JobCountTests {
    private let shop: Workshop

    init() throws { shop = try Workshop() }

    /// How many of ten jobs ran at once when the script ran make under three tokens; nil if make is too old.
    private func peak(of script: String, _ environment: [String: String] = [:]) throws -> Int? {
        let version = try shop.run(["make", "--version"]).output
        if let warning = KnownProgram.make.warning(saying: version, on: .fifo) {
            print("skipped: \(warning)")
            return nil
        }
        let jobs = (1...10).map { "j\($0)" }.joined(separator: " ")
        let log = shop.folder.path("log")
        let recipe = "\t@echo s >> \(log); sleep 0.5; echo e >> \(log)\n"
        try shop.folder.write("all: \(jobs)\n\(jobs):\n\(recipe)", to: "jobs.mk")
        try shop.folder.write("", to: "log")
        let command = script.replacing("make", with: "make -s -f \(shop.folder.path("jobs.mk"))")
        let outcome = try shop.wrap(["--jobs", "3"], ["sh", "-c", command], environment: environment)
        #expect(outcome.end == .exited(0), "\(outcome.errors)")
        var (now, most) = (0, 0)
        for line in try shop.read("log").split(separator: "\n") {
            now += line == "s" ? 1 : -1
            most = max(most, now)
        }
        return most
    }

    @Test(arguments: [
        "make", "MAKEFLAGS=\"-j8 $MAKEFLAGS\" make", "MAKEFLAGS=\"$MAKEFLAGS -j8\" make",
        "MAKEFLAGS=\"$MAKEFLAGS --jobs=8\" make", "GNUMAKEFLAGS=-j8 make",
    ])
    func inTheEnvironmentItIsOverlooked(script: String) throws {
        guard let peak = try peak(of: script) else { return }
        #expect(peak <= 3)
    }

    @Test func onTheCommandLineItSwitchesTheJobserverOff() throws {
        guard let peak = try peak(of: "make -j8") else { return }
        #expect(peak > 3)
    }

    @Test func fromTheCallersEnvironmentItComesDownToTheTokens() throws {
        let caller = ["MAKEFLAGS": "kj8", "MAKEOPTS": "-j8", "GNUMAKEFLAGS": "-j8"]
        guard let peak = try peak(of: "make $MAKEOPTS", caller) else { return }
        #expect(peak <= 3)
    }
}
