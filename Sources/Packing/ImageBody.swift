internal import Squashfs

/// The image's data while it is compressed and written.
struct ImageBody: ~Copyable {
    var data: DataArea
    private var output: OutputFile
    private let press: BlockPress
    let clock: ProgressClock

    init(data: DataArea, output: consuming OutputFile, press: BlockPress, clock: ProgressClock) {
        self.data = data
        self.output = output
        self.press = press
        self.clock = clock
    }

    /// Sends a block on its way into the image.
    mutating func submit(_ block: PendingBlock?) throws(PackError) {
        guard let block else { return }
        try press.submit(block) { (block, compressed) throws(PackError) in try place(block, compressed) }
    }

    private mutating func place(_ block: PendingBlock, _ compressed: [UInt8]?) throws(PackError) {
        try output.append(data.place(block, compressed: compressed))
        try clock.placed(block.bytes.count, position: data.position, tokens: press)
    }

    /// Waits until everything submitted is in the image.
    mutating func finishData() throws(PackError) {
        try press.finish { (block, compressed) throws(PackError) in try place(block, compressed) }
    }

    /// Adds the tables and the head, and gives the image its name.
    consuming func commit(tables: [UInt8], head: [UInt8]) throws(PackError) {
        try output.append(tables)
        let excess = (Int(data.position) + tables.count) % 4096
        // A loop device has whole sectors, and some readers want whole pages.
        if excess > 0 { try output.append([UInt8](repeating: 0, count: 4096 - excess)) }
        try output.write(head, at: 0)
        try output.sync()
        // The last moment at which the older image can stay.
        try clock.check()
        try output.commit()
    }
}
