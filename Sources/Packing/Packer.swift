internal import Squashfs
internal import Linux
package import SteveClient
internal import SystemPackage

/// Makes an image of a tree: walk, data, tables, name.
package struct Packer {
    private let options: PackOptions
    private let tokens: any TokenSource

    /// Without a jobserver as many threads may compress as the options allow.
    package init(_ options: PackOptions, jobserver: Jobserver?) throws(PackError) {
        self.options = options
        tokens =
            try jobserver.map { (jobserver) throws(PackError) in try JobserverTokens(jobserver) }
            ?? FreeTokens()
    }

    /// Packs.
    ///
    /// A signal, an error, a full disk leave the image of that name as it was.
    package func run(report: ((PackProgress) -> Void)? = nil) throws(PackError) -> PackSummary {
        let signals = try SignalWatch()
        returnLargeMemory()
        var walk = TreeWalk(options)
        try walk.run(until: signals.check)
        try judge(walk.changes)
        let clock = ProgressClock(total: PackSummary(walk).fileBytes, signals: signals, report: report)
        let output = try OutputFile(
            path: options.output,
            mode: options.mode,
            isPrivate: walk.tree.hasPrivateFiles
        )
        let level = options.level
        // Sorted blocks cost the compressor more, for it finds more in them, and less of them shows what the
        // rest is like.
        let lesson = options.sortsByLikeness ? 65_536 : .max
        let press = BlockPress(workers: options.workers, tokens: tokens) {
            ZstandardCompressor(level: level, lesson: lesson)
        }
        defer { press.stop() }
        Heap.forgetStart()
        return try pack(consume walk, into: output, press, clock)
    }

    private func judge(_ changes: [String]) throws(PackError) {
        guard options.failsOnChange, let first = changes.first else { return }
        throw .refused("\(first), and --strict was given; no image was written")
    }

    private func pack(
        _ walk: consuming TreeWalk,
        into output: consuming OutputFile,
        _ press: BlockPress,
        _ clock: ProgressClock
    ) throws(PackError) -> PackSummary {
        var output = output
        let room = ImageWriter.head(
            superblock: Superblock(blockSize: UInt32(options.blockSize)).encoded,
            level: 0
        )
        try output.append(room)
        let area = DataArea(blockSize: options.blockSize, start: UInt64(room.count))
        let body = ImageBody(data: area, output: output, press: press, clock: clock)
        var summary = PackSummary(copy walk)
        // Given away, so that there is only one copy of a large tree.
        var pass = DataPass(consume walk, into: body)
        try pass.run()
        try judge(pass.changes)
        do {
            let compressor = ZstandardCompressor(level: options.level)
            var writer = try ImageWriter(tree: pass.tree, data: pass.body.data, compressor: compressor)
            let (tables, superblock) = try writer.finish(time: newestTime(in: pass.tree))
            let head = ImageWriter.head(superblock: superblock.encoded, level: UInt32(options.level))
            summary.add(superblock)
            summary.duplicates = pass.duplicates
            summary.changes += pass.changes
            summary.isPrivate = options.mode == nil && pass.tree.hasPrivateFiles
            summary.warnings += pass.warnings.filter { !summary.warnings.contains($0) }
            try pass.body.commit(tables: tables, head: head)
            return summary
        } catch let error as ImageError {
            throw .image(error)
        } catch let error as PackError {
            throw error
        } catch { throw .refused("\(error)") }
    }

    /// The image's own time: the latest in the tree, so that it follows from the tree alone.
    private func newestTime(in tree: Tree) -> UInt32 {
        options.latestTime ?? tree.latestTime
    }
}
