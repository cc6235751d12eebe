internal import Testing

@testable import Wire

@Suite struct StevieLineTests {
    @Test func optionsKeepTheirOrder() throws {
        let line = try StevieLine([
            "--get-load-average", "-t", "--set-jobs", "5", "--get-tokens", "--get-jobs",
        ])
        #expect(line.steps == [.get("load-average"), .tokens, .set("jobs", "5"), .tokens, .get("jobs")])
        #expect(line.command.isEmpty)
    }

    @Test func everySettingIsAskedForAndSet() throws {
        for name in StevieLine.settings {
            #expect(Setting.named(name)?.isLive == true)
            #expect(try StevieLine(["--get-\(name)"]).steps == [.get(name)])
            #expect(try StevieLine(["--set-\(name)=-1"]).steps == [.set(name, "-1")])
            #expect(try StevieLine(["--set-\(name)", "-1"]).steps == [.set(name, "-1")])
        }
    }

    @Test(arguments: [["make", "-t"], ["--", "make", "-t"], ["--set-jobs=3", "--", "make", "-t"]])
    func theFirstWordThatIsNoOptionBeginsTheCommand(words: [String]) throws {
        #expect(try StevieLine(words).command == ["make", "-t"])
    }

    @Test(arguments: [
        (["--get-reserve"], StevieError.unknown("--get-reserve")), (["-x"], .unknown("-x")),
        (["--get-jobs=3"], .unknown("--get-jobs=3")), (["--set-jobs"], .noValue("--set-jobs")),
        ([], .nothing), (["--"], .nothing),
    ])
    func otherLinesAreRefused(words: [String], error: StevieError) {
        #expect(throws: error) { try StevieLine(words) }
    }

    @Test func limitsThatAreOffHaveStevieSNumbers() {
        #expect(StevieLine.text(of: "load-average", "0") == "-1")
        #expect(StevieLine.text(of: "min-memory-avail", "2048") == "2048")
        #expect(StevieLine.text(of: "per-process-limit", "0") == "0")
        #expect(StevieLine.value("-1", for: "per-process-limit") == "0")
        #expect(StevieLine.value("-1", for: "load-average") == "-1")
    }
}
