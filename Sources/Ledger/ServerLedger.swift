internal import CLinux
internal import Glibc
package import Linux
package import SystemPackage

/// What a server has promised, in memory that outlives it: the next server reads it and goes on.
///
/// One process writes at a time. Memory outlives the process that wrote it, so only the order of the stores
/// matters: a transaction is complete or was never begun.
@safe
package final class ServerLedger {
    package let layout = Layout()
    /// The memory itself, to hand to another process.
    package let memory: Descriptor
    // Safe: mapped by init, unmapped by deinit, of the layout's size.
    let base: UnsafeMutableRawPointer
    /// Entries of `redo` that are written and not valid yet.
    var staged = 0
    /// Bytes of `outbox` that are written and not valid yet.
    var outboxEnd = 0
    /// What is in use and does not fit: a server that takes over began with nothing of that kind.
    var missing = Missing()

    /// Makes an empty one.
    package convenience init() throws(Errno) {
        // Safe: the text is lent for the call.
        let memory = Descriptor(owning: try check(unsafe clinux_memory_create("steve")))
        let bytes = Layout().bytes
        _ = try check(clinux_resize_past_limit(memory.raw, bytes))
        try self.init(mapping: memory)
        self[.bytes] = UInt64(bytes)
        self[.version] = Layout.version
    }

    /// Opens one that another process made: EINVAL when it is of another layout.
    package convenience init(_ memory: consuming Descriptor) throws(Errno) {
        try self.init(mapping: memory)
        guard self[.version] == Layout.version, self[.bytes] == UInt64(layout.bytes) else {
            throw .invalidArgument
        }
    }

    private init(mapping memory: consuming Descriptor) throws(Errno) {
        var status = stat()
        // Safe: the structure is lent for the call.
        _ = try check(unsafe fstat(memory.raw, &status))
        guard status.st_size == layout.bytes else { throw .invalidArgument }
        // Safe: a new mapping of a file that is as large; it is checked before it is used.
        let start = unsafe mmap(nil, layout.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory.raw, 0)
        guard let start = unsafe start, unsafe start != MAP_FAILED else { throw Errno(rawValue: errno) }
        unsafe base = start
        self.memory = memory
    }

    deinit {
        // Safe: nobody has a pointer into it any more.
        unsafe munmap(base, layout.bytes)
    }

    /// Keeps all touched pages in memory, from now on and in this process.
    ///
    /// Then the kernel finds each page at once, and no answer fails because its server is being killed. If
    /// this is not allowed, the ledger works without it.
    package func lock() {
        // Safe: the range is the mapping.
        _ = unsafe clinux_lock_on_fault(base, layout.bytes)
        // Safe: the landing is inside of the mapping. Touched, so that the kernel never waits for a page of
        // it.
        let landing = unsafe UnsafeMutableRawBufferPointer(
            start: address(layout.landing.start),
            count: Layout.landingBytes
        )
        for page in stride(from: 0, to: landing.count, by: 4096) {
            unsafe landing[page] = landing[page]
        }
    }

    /// A word of the head, which stands for itself: setting it is no part of a transaction.
    package subscript(word: Word) -> UInt64 {
        get { self[place: word.rawValue] }
        set {
            clinux_keep_order()
            self[place: word.rawValue] = newValue
            clinux_keep_order()
        }
    }

    /// What a table has, by the last complete transaction.
    package subscript(table: Table, row: Int, word: Int) -> UInt64 {
        self[place: place(table, row, word)]
    }

    func place(_ table: Table, _ row: Int, _ word: Int) -> Int {
        precondition(
            row >= 0 && row < table.rows && word >= 0 && word < table.width,
            "no such word in the ledger"
        )
        return table.start + row * table.width + word
    }

    subscript(place place: Int) -> UInt64 {
        // Safe: every place comes from the layout, whose size the mapping has; a redo entry's is checked.
        get { unsafe address(place).load(as: UInt64.self) }
        set { unsafe address(place).storeBytes(of: newValue, as: UInt64.self) }
    }

    func address(_ place: Int) -> UnsafeMutableRawPointer { unsafe base + place * 8 }
}
