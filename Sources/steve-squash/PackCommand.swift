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

    @OptionGroup
    var selection: SelectionOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("The image to write.", valueName: "IMAGE"))
    var output: String

    @Option(help: ArgumentHelp("The level of compression, 1 to 22.", valueName: "N"))
    var level = 19

    @Option(help: ArgumentHelp("Bytes in a block: a power of two, 4K to 1M.", valueName: "SIZE"))
    var block = "256K"

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Threads that compress at most (default: the CPUs this process may use).",
            valueName: "N"
        )
    )
    var jobs: Int?

    @Option(
        help: ArgumentHelp("Add a folder or device node, see PSEUDO LINES in the manual.", valueName: "LINE")
    )
    var pseudo: [String] = []

    @Flag(help: "Give everything to root.")
    var allRoot = false

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
        for line in pseudo where PseudoLine(Array(line.utf8)) == nil {
            throw ValidationError(
                "--pseudo: not \"PATH d MODE UID GID\" or \"PATH c|b MODE UID GID MAJOR MINOR\": \(line)"
            )
        }
    }

    func run() throws {
        let environment = Environment.current
        let tokens = try Compressors(jobs: jobs, environment: environment)
        var options = try packOptions(workers: tokens.count)
        options.latestTime = try Self.latestTime(environment)
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

    private func packOptions(workers: Int) throws -> PackOptions {
        var options = try selection.packOptions()
        options.output = Array(output.utf8)
        options.level = level
        options.blockSize = blockSize ?? options.blockSize
        options.pseudo = pseudo.compactMap { PseudoLine(Array($0.utf8)) }
        options.allRoot = allRoot
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

    /// SOURCE_DATE_EPOCH: what makes an image the same however late its tree was unpacked.
    private static func latestTime(_ environment: [String: String]) throws -> UInt32? {
        guard let text = environment["SOURCE_DATE_EPOCH"] else { return nil }
        guard let seconds = UInt32(text) else {
            throw PackError.refused(
                "SOURCE_DATE_EPOCH is \"\(text)\", not seconds since 1970 as squashfs can hold them"
            )
        }
        return seconds
    }
}
