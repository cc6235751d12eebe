internal import Glibc
internal import TestKit
internal import Testing

@testable import Packing
@testable import Squashfs

@Suite struct TreeComparisonTests {
    /// Packs `one` with a second name `two`, applies a change to the tree, and returns the differences.
    private func bench(_ change: (Bench) throws -> Void) throws -> [String] {
        let bench = try Bench()
        // Safe: the paths are lent for the call.
        #expect(unsafe link(bench.folder.path("root/one"), bench.folder.path("root/two")) == 0)
        _ = try bench.pack()
        #expect(try bench.differences() == [])
        try change(bench)
        return try bench.differences()
    }

    @Test(arguments: ["one", "two"]) func nameThatLeadsToAnotherFileNowIsNoticed(name: String) throws {
        let differences = try bench { bench in try bench.replace("root/" + name, by: .file) }
        #expect(differences.contains("/two is another name of the same file only in the image"))
    }

    @Test(.timeLimit(.minutes(1))) func holesAreNotRead() throws {
        let bench = try Bench()
        bench.options.blockSize = 1 << 20
        // Safe: the path is lent for the calls.
        #expect(unsafe truncate(bench.folder.path("root/one"), 200 << 30) == 0)
        _ = try bench.pack()
        #expect(try bench.differences() == [])
        let file = unsafe open(bench.folder.path("root/one"), O_WRONLY)
        #expect(unsafe pwrite(file, "x", 1, 100 << 30) == 1)
        close(file)
        #expect(try bench.differences().contains("/one has other bytes"))
    }

    @Test func fileThatGotAnotherNameIsNoticed() throws {
        let differences = try bench { bench in
            try bench.replace("root/twin", by: nil)
            // Safe: the paths are lent for the call.
            #expect(unsafe link(bench.folder.path("root/one"), bench.folder.path("root/twin")) == 0)
        }
        #expect(differences.contains("/twin is another name of the same file only in the folder"))
    }
}
