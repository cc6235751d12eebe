internal import Testing

@testable import Wire

@Suite struct OptionScanTests {
    @Test(arguments: [
        ("-j8 all", ["-j8"]),
        ("-C dir -j 8 all", ["-j 8"]),
        ("-j all", ["-j"]),
        ("-kj8 all", ["-j8"]),
        ("-sj -l 4", ["-j"]),
        ("--jobs=3 --jobs", ["--jobs=3", "--jobs"]),
        ("-C -j8", []),
        ("-f -j8 -Wj8 -E j8", []),
        ("-- -j8", []),
        ("-j1 --jobs=1 -j 1", []),
        ("-j10", ["-j10"]),
        ("all j8 X=-j8", []),
    ])
    func makeLosesItsJobs(line: String, dropped: [String]) {
        let words = line.split(separator: " ").map(String.init)
        #expect(OptionScan(words, grammar: .make, keepsSerial: true).droppedJobs == dropped)
    }

    @Test(arguments: [
        ("-j 8 all", ["-j 8"]),
        ("-vj8", ["-j8"]),
        ("-k 0 -j0", ["-j0"]),
        ("-C -j8", []),
        ("-t clean -j8", []),
        ("-tclean -j8", []),
        ("-d stats -j8", ["-j8"]),
        ("-j", ["-j"]),
    ])
    func ninjaLosesItsJobs(line: String, dropped: [String]) {
        let words = line.split(separator: " ").map(String.init)
        #expect(OptionScan(words, grammar: .ninja, keepsSerial: true).droppedJobs == dropped)
    }

    @Test func aClusterKeepsItsOtherLetters() {
        let scan = OptionScan(["-kj", "8", "x"], grammar: .make, keepsSerial: false)
        #expect(scan.fates == [.shorten("-k"), .drop, .keep])
    }
}
