internal import Glibc
internal import Linux
internal import TestKit
internal import Testing

@testable import Packing
@testable import Squashfs

/// A folder with a few files, and an image beside it.
final class Bench {
    let folder: TemporaryFolder
    var options = PackOptions()

    init() throws {
        folder = try TemporaryFolder()
        for path in ["root", "root/sub", "root/empty"] { try makeDirectory(folder.path(path), mode: 0o755) }
        try folder.write("one", to: "root/one")
        try folder.write("one", to: "root/twin")
        try folder.write(String(repeating: "text ", count: 20_000), to: "root/sub/long")
        options.roots = [Array(folder.path("root").utf8)]
        options.output = Array(folder.path("image").utf8)
        options.level = 1
        options.blockSize = 4096
    }

    func pack() throws -> PackSummary { try Packer(options, jobserver: nil).run() }

    /// An image that is being written.
    func body(_ compressor: RunCompressor) throws -> ImageBody {
        ImageBody(
            data: DataArea(blockSize: 4096, start: 96),
            output: try OutputFile(path: options.output),
            press: BlockPress(workers: 1, tokens: FreeTokens()) { compressor },
            clock: ProgressClock(total: 1, signals: nil, report: nil)
        )
    }

    /// Puts something else in a file's place; nil removes the file.
    func replace(_ name: String, by replacement: Replacement?) throws {
        let path = folder.path(name)
        // Safe: the path is lent for the calls.
        _ = unsafe remove(path)
        switch replacement {
        case nil: break
        case .folder: try makeDirectory(path, mode: 0o755)
        case .link: #expect(unsafe symlink("/etc/passwd", path) == 0)
        case .pipe: #expect(unsafe mkfifo(path, 0o600) == 0)
        case .socket: #expect(unsafe mknod(path, S_IFSOCK | 0o600, 0) == 0)
        case .file: try folder.write("a file", to: name)
        }
    }

    func setTime(of name: String, nanoseconds: Int) throws {
        let time = timespec(tv_sec: 1000, tv_nsec: nanoseconds)
        // Safe: the arguments are lent for the call.
        try #require(unsafe utimensat(AT_FDCWD, folder.path(name), [time, time], 0) == 0)
    }

    func bytes(_ name: String = "image") throws -> [UInt8] {
        let file = try SourceFile(path: Array(folder.path(name).utf8))
        return try file.read(at: 0, count: Int(file.status.size))
    }

    /// The image's paths.
    func paths() throws -> [String] {
        var paths: [String] = []
        var walk = ImageWalk(try ImageFile(path: options.output).reader())
        try walk.run { (entry) throws(ImageError) in paths.append(String(decoding: entry.path, as: UTF8.self))
        }
        return paths.sorted()
    }

    /// The differences between the image and its first root as it is now.
    func differences() throws -> [String] {
        var plain = PackOptions()
        plain.roots = [options.roots[0]]
        return try differences(plain)
    }

    func differences(_ plain: PackOptions) throws -> [String] {
        let reader = try ImageFile(path: options.output).reader()
        var check = ImageCheck(reader)
        try check.run()
        var comparison = try TreeComparison(reader, plain)
        try comparison.run()
        return comparison.differences
    }
}

/// What a test puts in the place of a file before the packer reads it.
enum Replacement: CaseIterable { case folder, link, pipe, socket, file }
