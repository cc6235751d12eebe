internal import ArgumentParser
internal import Packing
internal import Squashfs

/// `steve-squash pack`.
struct Pack: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Write an image of one or more folders.")

    @Argument(help: "The folders whose contents become the image; later ones are laid over earlier ones.")
    var roots: [String]
    @Option(name: .shortAndLong, help: "The image to write.")
    var output: String
    @Option(help: "The level of compression, 1 to 22.")
    var level = 19
    @Option(help: "Bytes in a block, a power of two from 4096 to 1048576.")
    var block = 262_144
    @Option(help: "Threads that compress.")
    var jobs = 1

    func run() throws {
        var options = PackOptions()
        options.roots = roots.map { Array($0.utf8) }
        options.output = Array(output.utf8)
        options.level = level
        options.blockSize = block
        options.workers = jobs
        let summary = try Packer(options, jobserver: nil).run()
        print(summary)
    }
}
