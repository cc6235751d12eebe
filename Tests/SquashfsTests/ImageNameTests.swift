internal import Glibc
internal import Linux
internal import TestKit
internal import Testing

@testable import Packing
@testable import Squashfs

/// What has the image's name before, during and after the packing.
@Suite struct ImageNameTests {
    @Test func failureLeavesTheOldImageAndNothingElse() throws {
        let bench = try Bench()
        _ = try bench.pack()
        let old = try bench.bytes()
        bench.options.roots = [Array(bench.folder.path("missing").utf8)]
        #expect(throws: PackError.self) { try bench.pack() }
        #expect(try bench.bytes() == old)
        #expect(throws: (any Error).self) { try bench.bytes("image.unfinished") }
    }

    @Test func imageInTheTreeIsNotPartOfItself() throws {
        let bench = try Bench()
        bench.options.output = Array(bench.folder.path("root/sub/image").utf8)
        _ = try bench.pack()
        let first = try bench.bytes("root/sub/image")
        let again = try bench.pack()
        #expect(again.warnings.contains { $0.contains("root/sub/image is the image that is being") })
        #expect(try bench.paths().contains("sub/image") == false)
        #expect(first.isEmpty == false)
    }

    @Test func ruleThatMatchesTheImageItselfMatchesSomething() throws {
        let bench = try Bench()
        bench.options.output = Array(bench.folder.path("root/sub/image").utf8)
        _ = try bench.pack()
        _ = bench.options.rules.add(line: Array("image".utf8))
        let again = try bench.pack()
        #expect(again.unusedRules == [])
        #expect(again.warnings == [])
    }

    @Test func folderInThePlaceOfTheImageIsRefusedAtOnce() throws {
        let bench = try Bench()
        bench.options.output = Array(bench.folder.path("root/empty").utf8)
        let error = #expect(throws: PackError.self) { try bench.pack() }
        #expect(error.map { "\($0)" }?.hasSuffix("root/empty: Is a directory") == true)
    }

    @Test func whatIsNoFileIsNotReplacedByTheImage() throws {
        let bench = try Bench()
        // Safe: the path is lent for the call.
        #expect(unsafe mkfifo(bench.folder.path("image"), 0o600) == 0)
        let error = #expect(throws: PackError.self) { try bench.pack() }
        #expect(error.map { "\($0)" }?.contains("/image is not a file") == true)
        bench.options.output = []
        #expect(throws: PackError.self) { try bench.pack() }
    }

    /// /dev/stdout is such a link; a rename would replace it.
    @Test func linkToAnOpenFileIsNotReplacedByTheImage() throws {
        let bench = try Bench()
        // Safe: the paths are lent for the call.
        #expect(unsafe symlink("/proc/self/exe", bench.folder.path("image")) == 0)
        let error = #expect(throws: PackError.self) { try bench.pack() }
        #expect(error.map { "\($0)" }?.contains("/image is not a file") == true)
    }

    @Test func secondPackerOfTheSameImageIsRefused() throws {
        let bench = try Bench()
        let other = try OutputFile(path: bench.options.output)
        #expect(throws: PackError.self) { try bench.pack() }
        _ = consume other
        _ = try bench.pack()
    }

    /// The umask belongs to the whole process: a thread that sets it, to learn it, takes rights from
    /// another's files.
    @Test func startingAnImageDisturbsNoOtherThread() async throws {
        let bench = try Bench()
        let folder = bench.folder.path("modes")
        let mask = fileCreationMask()
        try makeDirectory(folder, mode: 0o755)
        let starting = Task.detached {
            while !Task.isCancelled {
                _ = OutputPermissions(replacing: Array("new".utf8), in: AT_FDCWD, mode: nil, isPrivate: false)
            }
        }
        defer { starting.cancel() }
        for number in 0..<2000 {
            try makeDirectory("\(folder)/\(number)", mode: 0o777)
            let mode = try FileStatus(ofPath: "\(folder)/\(number)").mode
            guard mode == 0o777 & ~mask else {
                Issue.record("folder \(number) got mode \(String(mode, radix: 8))")
                return
            }
        }
    }
}
