internal import Glibc
internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@testable import Wire

/// stevectl under the name stevie.
@Suite(.serialized) struct StevieTests {
    private let steve: RunningSteve

    init() throws {
        steve = try RunningSteve("fifo", jobs: 8)
        let words = ["ln", "-s", try Workshop.program("stevectl"), steve.shop.folder.path("stevie")]
        try #require(try steve.shop.run(words).end == .exited(0))
    }

    private func stevie(_ words: [String]) throws -> Workshop.Outcome {
        try steve.shop.run(
            [steve.shop.folder.path("stevie")] + words,
            environment: ["STEVE_DEV_NAME": steve.shop.device]
        )
    }

    @Test func eachQuestionIsABareLineInItsPlace() throws {
        let all = [
            "--get-load-average", "-t", "--get-jobs", "--get-tokens", "--get-min-jobs",
            "--get-load-recheck-timeout", "--get-min-memory-avail", "--get-per-process-limit",
        ]
        #expect(try stevie(all).output == "-1\n8\n8\n8\n1\n0.5\n-1\n0\n")
        try steve.end()
    }

    @Test func whatIsSetIsToldByTheNextQuestion() throws {
        let words = ["--set-jobs", "3", "--set-load-average", "2.5", "--set-per-process-limit", "-1"]
        let outcome = try stevie(words + ["--get-jobs", "--get-load-average", "--get-per-process-limit"])
        #expect(outcome.output == "3\n2.5\n0\n")
        #expect(try stevie(["--set-load-average=-1", "--get-load-average"]).output == "-1\n")
        let refused = try stevie(["--set-jobs", "none"])
        #expect(refused.end == .exited(1))
        #expect(refused.errors.hasPrefix("stevie: jobs: "))
        try steve.end()
    }

    @Test func aFloorThatTheDaemonChoseIsANumber() throws {
        let floor = try stevie(["--set-min-memory-avail", "auto", "--get-min-memory-avail"]).output
        #expect(Int(floor.dropLast()).map { $0 >= 256 } == true, "\(floor)")
        try steve.end()
    }

    @Test func aCommandRunsWithAToken() throws {
        let folder = steve.shop.folder.path
        let outcome = try stevie(["sh", "-c", "\(folder)/stevie -t; echo $MAKEFLAGS; exit 3"])
        #expect(outcome.output == "7\n--jobserver-auth=fifo:\(try steve.status().path)\n")
        #expect(outcome.end == .exited(3))
        try steve.end()
    }

    @Test func anotherLineIsUsage() throws {
        for words in [[], ["--bogus"], ["--get-reserve"], ["--set-jobs"]] {
            let outcome = try stevie(words)
            #expect(outcome.end == .exited(64))
            #expect(outcome.errors.hasPrefix("stevie: "), "\(outcome.errors)")
        }
        #expect(try stevie(["--help"]).output.contains("--get-tokens"))
        try steve.end()
        #expect(try stevie(["-t"]).end == .exited(69))
    }
}
