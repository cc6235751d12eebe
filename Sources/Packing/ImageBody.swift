internal import Squashfs

/// The image's data while it is compressed and written.
struct ImageBody: ~Copyable {
    private(set) var data: DataArea
    private var output: OutputFile
    private let press: BlockPress
    let clock: ProgressClock

    init(data: DataArea, output: consuming OutputFile, press: BlockPress, clock: ProgressClock) {
        self.data = data
        self.output = output
        self.press = press
        self.clock = clock
    }

    /// Throws when a signal came.
    func check() throws(PackError) { try clock.check() }

    /// Hears of bytes that need no place.
    func skipped(_ bytes: UInt64) { clock.skipped(bytes) }

    /// Says that something is in the image that not everybody may read.
    func restrict() { output.restrict() }

    mutating func openFile() -> DataID { data.openFile() }

    func size(of file: DataID) -> UInt64 { data.size(of: file) }

    /// Adds a block to the file that was opened last: a whole one, or the file's last.
    mutating func addBlock(_ bytes: [UInt8]) throws(PackError) { try submit(data.addBlock(bytes)) }

    /// Adds blocks of zeros to the file that was opened last.
    mutating func addHoles(_ count: Int) {
        data.addHoles(count)
        clock.skipped(UInt64(count) * UInt64(data.blockSize))
    }

    /// Adds the last bytes of a file to a fragment.
    mutating func addTail(_ bytes: [UInt8], of file: DataID) throws(PackError) {
        try submit(data.addTail(bytes, of: file))
    }

    mutating func closeFragment() throws(PackError) { try submit(data.closeFragment()) }

    private mutating func submit(_ block: PendingBlock?) throws(PackError) {
        guard let block else { return }
        try press.submit(block) { (block, compressed) throws(PackError) in try place(block, compressed) }
    }

    private mutating func place(_ block: PendingBlock, _ compressed: [UInt8]?) throws(PackError) {
        try output.append(data.place(block, compressed: compressed))
        try clock.placed(block.bytes.count, position: data.position, tokens: press)
    }

    /// Waits until everything submitted is in the image.
    mutating func finishData() throws(PackError) {
        try closeFragment()
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
