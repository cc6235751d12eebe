import TestKit
import Testing

@testable import Jobserver

/// What the daemon has learnt about the sizes of jobs, by command and package, also after a restart.
@Suite struct JobSizesTests {
    private static func sizes(
        _ jobs: [(command: String, package: String?, megabytes: Int)],
        times: Int = 40
    ) -> JobSizes {
        var sizes = JobSizes(memoryTotalBytes: nil)
        for job in jobs {
            for _ in 0..<times {
                let usage = Self.job(job.command, megabytes: job.megabytes)
                sizes.sampled([HolderUsage(tokens: 1, jobs: [usage], package: job.package)])
                sizes.sampled([])
            }
        }
        return sizes
    }

    private static func job(_ command: String, megabytes: Int = 1) -> JobUsage {
        JobUsage(identity: 1, command: command, ageNanoseconds: 0, residentBytes: megabytes << 20)
    }

    @Test func aPackageWithEnoughOfItsOwnIsLearntApart() {
        let jobs = [
            ("cc1plus", "llvm-core/llvm", 1500), ("cc1plus", nil as String?, 300), ("cc1plus", "a/b", 200),
        ]
        let sizes = Self.sizes(jobs)
        let few = Self.sizes([("cc1plus", "a/few", 900)], times: 31)
        #expect(sizes.expected(of: Self.job("cc1plus"), in: "llvm-core/llvm") == 1500 << 20)
        #expect(sizes.expected(of: Self.job("cc1plus"), in: "a/b") == 200 << 20)
        #expect(
            sizes.expected(of: Self.job("cc1plus"), in: "a/other") == sizes.expected(of: Self.job("cc1plus"))
        )
        #expect(sizes.expected(in: "llvm-core/llvm") == 1500 << 20)
        #expect(few.expected(in: "a/few") == 2048 << 20)
    }

    /// Without this rule every command that ran only a few times would be charged as much as the largest
    /// command.
    @Test func aFewOfACommandSayMoreThanManyOthers() {
        let few = Self.sizes([("ld", nil, 1_500)], times: 40).text + "- cc1 102400 51200 153600 10240\n"
        var sizes = JobSizes(memoryTotalBytes: nil)
        let isRead = sizes.read(few + "- cc1plus 102400 51200 153600\n")
        #expect(isRead)
        #expect(sizes.expected(of: Self.job("cc1")) == 150 << 20)
        #expect(sizes.expected(of: Self.job("cc1plus")) == 1_500 << 20)
        #expect(sizes.expected(of: Self.job("other")) == 1_500 << 20)
    }

    /// Once such a job was charged nothing: the larger it was already, the less memory was held back for it.
    @Test func anUnknownJobThatIsLargeAlreadyMayBecomeTheLargest() {
        var sizes = JobSizes(memoryTotalBytes: nil)
        let peaks = Array(repeating: "102400", count: 40) + ["3072000"]
        let isRead = sizes.read("steve job sizes 1\n- - \(peaks.joined(separator: " "))\n")
        #expect(isRead)
        #expect(sizes.expected(of: Self.job("other", megabytes: 50)) == 100 << 20)
        #expect(sizes.expected(of: Self.job("other", megabytes: 500)) == 3_000 << 20)
    }

    /// A command may have any name; after a restart the pool charges its jobs as before.
    @Test func aRestartForgetsNothing() {
        let names = ["cc1plus", "-", "%", "", "a b\n-", "100%", "naïve \u{1F600}", "\u{0}"]
        var jobs = names.map { (command: $0, package: nil as String?, megabytes: 100) }
        jobs += [("ld", "dev-qt/qtwebengine", 3000), ("ld", "-/%", 70)]
        let before = Self.sizes(jobs, times: 70)
        var after = JobSizes(memoryTotalBytes: nil)
        let isRead = after.read(before.text)
        #expect(isRead)
        #expect(after.text == before.text)
        for name in names { #expect(after.expected(of: Self.job(name)) == 100 << 20) }
        #expect(after.expected(in: "dev-qt/qtwebengine") == 3000 << 20)
        #expect(after.expected(of: Self.job("ld"), in: "-/%") == 70 << 20)
    }

    @Test func theFullestFileIsReadAndSmallerThanItsLimit() {
        var sizes = JobSizes(memoryTotalBytes: nil)
        for kind in 0..<600 {
            for _ in 0..<64 {
                let name = "\u{1}" + String(repeating: "\u{2}", count: 10) + "\(kind)"
                sizes.sampled([HolderUsage(tokens: 1, jobs: [Self.job(name, megabytes: 900_000)])])
                sizes.sampled([])
            }
        }
        #expect(sizes.entries.count == JobSizes.kindLimit + 1)
        #expect(sizes.text.utf8.count < 1 << 20)
        var after = JobSizes(memoryTotalBytes: nil)
        let isRead = after.read(sizes.text)
        #expect(isRead)
        #expect(after.text == sizes.text)
    }

    @Test(arguments: [
        "", "\n", "steve job sizes 2\n", "steve job sizes 1", "steve job sizes 1\n- cc1 5",
        "steve job sizes 1\n- cc1\n",
        "steve job sizes 1\n- cc1 x\n", "steve job sizes 1\n- cc1 -5\n", "steve job sizes 1\n- %4 5\n",
        "steve job sizes 1\n- %zz 5\n", "steve job sizes 1\n- cc1 99999999999999999999\n",
        "steve job sizes 1\n\n",
    ])
    func whatIsBrokenIsNotRead(text: String) {
        var sizes = Self.sizes([("cc1", nil, 100)])
        let before = sizes.text
        let isRead = sizes.read(text)
        #expect(!isRead)
        #expect(sizes.text == before)
    }

    /// A damaged file, cut off anywhere or with changed bytes, may be read or refused.
    ///
    /// Either way the guess stays within its bounds, and the daemon goes on.
    @Test(arguments: 0..<50 as Range<UInt64>)
    func noFileEndsTheDaemon(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var bytes = Array(Self.sizes([("cc1", "a/b", 100), ("ld", nil, 7)]).text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            bytes[Int.random(in: 18..<bytes.count, using: &generator)] = .random(
                in: 0...255,
                using: &generator
            )
        }
        if Bool.random(using: &generator) {
            bytes.removeLast(.random(in: 0..<bytes.count, using: &generator))
        }
        var sizes = JobSizes(memoryTotalBytes: 1 << 34)
        _ = sizes.read(String(decoding: bytes, as: UTF8.self))
        #expect((64 << 20...2 << 30).contains(sizes.expected()))
    }

    @Test func forgottenIsForgotten() {
        var sizes = Self.sizes([("cc1", nil, 100)])
        let version = sizes.version
        sizes.forget()
        #expect(sizes.version != version)
        #expect(sizes.entries.isEmpty)
        #expect(sizes.expected() == 2 << 30)
    }

    /// Once each `stevectl set` made the daemon forget everything.
    @Test func otherLimitsForgetNothing() {
        var settings = AdmissionSettings(jobs: 8)
        settings.minMemoryBytes = 1 << 30
        var admission = Admission(settings)
        admission.sizes = Self.sizes([("cc1", nil, 100)])
        for floor in [2 << 30, nil, 3 << 30] {
            settings.minMemoryBytes = floor
            admission.change(to: settings)
            #expect(admission.sizes.expected(of: Self.job("cc1")) == 100 << 20)
        }
    }

    @Test(arguments: [
        ("dev-libs/one-1.0", "dev-libs/one"), ("dev-qt/qtbase-6.8.1-r2", "dev-qt/qtbase"),
        ("a/b-2c-3_p1", "a/b-2c"),
        ("sys-devel/gcc-14.2.1_p20241221", "sys-devel/gcc"), ("a/gtk+-3.24", "a/gtk+"),
    ])
    func aPackageHasNoVersion(label: String, package: String) {
        let facts = BuildFacts(
            pid: 7,
            commandLines: ["[\(label)] sandbox ebuild.sh compile"],
            cgroup: "/",
            ownCgroup: "/",
            session: 7,
            user: 0
        )
        #expect(BuildIdentity(facts).package == package)
    }
}
