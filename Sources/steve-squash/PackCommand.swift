internal import ArgumentParser
internal import Linux
internal import Options
internal import Packing
internal import Squashfs
internal import SteveClient

/// `steve-squash pack`: writes an image.
struct PackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack",
        abstract: "Write an image of one or more folders."
    )

    @Argument(help: "The folders whose contents become the image; later ones are laid over earlier ones.")
    var roots: [Bytes]

    @OptionGroup
    var selection: SelectionOptions

    @OptionGroup
    var content: ContentOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("The image to write.", valueName: "IMAGE"))
    var output: Bytes

    @Option(
        help: ArgumentHelp(
            "The image's mode, octal (default: that of the image that it replaces or 644, but 600 when not "
                + "everybody may read all that is in it).",
            valueName: "MODE"
        )
    )
    var mode: String?

    @Option(help: ArgumentHelp("The level of compression, 1 to 22.", valueName: "N"))
    var level = 19

    @Option(help: ArgumentHelp("Bytes in a block: a power of two, 4K to 1M.", valueName: "SIZE"))
    var block = "256K"

    @Option(
        name: [.customShort("j", allowingJoined: true), .long],
        help: ArgumentHelp(
            "Threads that compress at most (default: the CPUs this process may use).",
            valueName: "N"
        )
    )
    var jobs: Int?

    @Flag(help: "Put small files beside those that they are like; reads them twice.")
    var sort = false

    @Flag(help: "Fail when a file changes or vanishes while the tree is read.")
    var strict = false

    @Flag(name: .shortAndLong, help: "Say nothing but warnings and errors.")
    var quiet = false

    @Flag(help: "Print one JSON object about the image.")
    var json = false

    func validate() throws {
        guard 1...22 ~= level else { throw ValidationError("--level must be from 1 to 22, not \(level)") }
        guard blockSize != nil else {
            throw ValidationError("--block must be a power of two from 4K to 1M, not \(block)")
        }
        guard jobs ?? 1 >= 1 else { throw ValidationError("--jobs must be at least 1") }
        guard mode == nil || modeBits != nil else {
            throw ValidationError("--mode must be octal, from 400 to 777, not \(mode ?? "")")
        }
    }

    func run() throws {
        let environment = Environment.current
        let tokens = try Compressors(jobs: jobs, environment: environment)
        let options = try packOptions(workers: tokens.count, environment)
        let display = ProgressDisplay(isQuiet: quiet || json)
        let summary = try Self.pack(options, tokens.jobserver, display)
        display.clear()
        for warning in summary.allWarnings { StandardError.write("steve-squash: warning: \(warning)\n") }
        if json || !quiet { try StandardOutput.write("\(json ? summary.json : summary.text)\n") }
    }

    /// Packs; a signal becomes the exit status that a shell gives it.
    private static func pack(
        _ options: PackOptions,
        _ jobserver: Jobserver?,
        _ display: ProgressDisplay
    ) throws -> PackSummary {
        do {
            return try Packer(options, jobserver: jobserver).run { display.show($0) }
        } catch {
            display.clear()
            guard case .interrupted(let signal) = error else { throw error }
            StandardError.write("steve-squash: \(error)\n")
            throw ExitCode(128 + signal)
        }
    }

    private func packOptions(workers: Int, _ environment: [String: String]) throws -> PackOptions {
        var options = try selection.packOptions(roots)
        try content.apply(to: &options, environment)
        options.output = output.bytes
        options.mode = modeBits
        options.level = level
        options.blockSize = blockSize ?? options.blockSize
        options.sortsByLikeness = sort
        options.failsOnChange = strict
        options.workers = workers
        return options
    }

    /// The block size in bytes, nil when it is not one of the format's.
    private var blockSize: Int? {
        let factor = block.last == "K" ? 1024 : block.last == "M" ? 1_048_576 : 1
        guard let number = Int(factor == 1 ? block : String(block.dropLast())), number > 0,
            case let (size, overflow) = number.multipliedReportingOverflow(by: factor), !overflow,
            Superblock.blockSizes.contains(size), size.nonzeroBitCount == 1
        else { return nil }
        return size
    }

    /// The mode that was asked for, if it is one with which the owner can read the image.
    private var modeBits: UInt32? {
        mode.flatMap { UInt32($0, radix: 8) }.flatMap { $0 <= 0o777 && $0 & 0o400 != 0 ? $0 : nil }
    }
}
