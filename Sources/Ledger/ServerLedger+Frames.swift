package import Glibc

/// Frames from the kernel, and answers to it.
extension ServerLedger {
    // MARK: The landing

    /// Where to read the next frame to: a frame is here before the kernel counts it as sent, at whatever
    /// instruction the server dies.
    // Safe, for this group: both are ranges inside of the mapping, and end with the ledger.
    package var landing: UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(start: address(layout.landing.start), count: Layout.landingBytes)
    }

    /// The frame that a server died with; nil when there is none.
    package var landed: UnsafeMutableRawBufferPointer? {
        let bytes = Int(UInt32(truncatingIfNeeded: self[place: layout.landing.start]))
        guard bytes > 0, bytes <= Layout.landingBytes else { return nil }
        return unsafe UnsafeMutableRawBufferPointer(rebasing: landing[..<bytes])
    }

    /// A server has ended by a fault of its own, perhaps because of the frame in the landing.
    package func noteFault() {
        if unsafe landed != nil { self[.attempts] += 1 }
    }

    /// Removes the frame with the next `commit`, by which it is dealt with.
    package func stageEmptyLanding() { stage(0, layout.landing, 0, 0) }

    // MARK: The kernel's first frame

    /// Keeps it for the sessions to come, from the next `commit` on.
    package func stageGreeting(_ frame: UnsafeRawBufferPointer) {
        guard frame.count >= 8, frame.count <= layout.greeting.width * 8 else {
            return self[.isIncomplete] = 1
        }
        // Safe: the row has room by the guard above. Its first word, the length, comes with the transaction.
        let room = unsafe UnsafeMutableRawBufferPointer(
            start: address(layout.greeting.start + 1),
            count: frame.count - 8
        )
        unsafe room.copyMemory(from: UnsafeRawBufferPointer(rebasing: frame[8...]))
        stage(unsafe frame.loadUnaligned(as: UInt64.self), layout.greeting, 0, 0)
    }

    /// The first frame of the connection; nil when none has come yet.
    package var greeting: UnsafeMutableRawBufferPointer? {
        let bytes = Int(UInt32(truncatingIfNeeded: self[place: layout.greeting.start]))
        guard bytes > 0, bytes <= layout.greeting.width * 8 else { return nil }
        // Safe: inside of the row, by the guard above.
        return unsafe UnsafeMutableRawBufferPointer(start: address(layout.greeting.start), count: bytes)
    }

    // MARK: Waiting requests

    /// Keeps a waiting request; it counts from the next `commit` on, under a mark that is not 0.
    package func park(_ frame: UnsafeRawBufferPointer, in row: Int, mark: UInt64) {
        guard row < layout.parked.rows, frame.count <= (layout.parked.width - 1) * 8 else {
            return miss(true, layout.parked, row)
        }
        // Safe: the row has room by the guard above, and nobody reads it before its mark is set.
        let room = unsafe UnsafeMutableRawBufferPointer(
            start: address(place(layout.parked, row, 1)),
            count: frame.count
        )
        unsafe room.copyMemory(from: frame)
        stage(mark, layout.parked, row, 0)
    }

    /// Forgets a waiting request with the next `commit`.
    package func unpark(_ row: Int) {
        if row < layout.parked.rows { stage(0, layout.parked, row, 0) }
        miss(false, layout.parked, row)
    }

    /// The waiting request in a row, and its mark.
    package func parked(_ row: Int) -> (mark: UInt64, frame: UnsafeMutableRawBufferPointer)? {
        let mark = self[layout.parked, row, 0]
        let bytes = Int(UInt32(truncatingIfNeeded: self[layout.parked, row, 1]))
        guard mark != 0, bytes > 0, bytes <= (layout.parked.width - 1) * 8 else { return nil }
        // Safe: inside of the row, by the guard above.
        return unsafe (
            mark, UnsafeMutableRawBufferPointer(start: address(place(layout.parked, row, 1)), count: bytes)
        )
    }

    // MARK: Answers

    /// Writes an answer into the outbox, in one piece; it is given once the next `commit` has promised it.
    ///
    /// Its first word is its length. False when there is no room.
    package func stageAnswer(_ parts: UnsafePointer<iovec>, _ count: Int) -> Bool {
        // Safe: the caller lends the parts, and each is as long as it says; the copy ends before the outbox
        // does.
        var bytes = 0
        for index in 0..<count { unsafe bytes += parts[index].iov_len }
        guard outboxEnd + bytes + 8 <= layout.outbox.width * 8 else {
            missAnswer(true)
            return false
        }
        var end = unsafe address(layout.outbox.start) + outboxEnd
        for index in 0..<count {
            guard let part = unsafe parts[index].iov_base else { continue }
            unsafe end.copyMemory(from: part, byteCount: parts[index].iov_len)
            unsafe end += parts[index].iov_len
        }
        outboxEnd += (bytes + 7) & ~7
        return true
    }

    /// Where the next answer will lie.
    package var nextAnswer: Int { outboxEnd }

    /// The promised answer at `offset` and where the next one is; nil when that was the last one.
    package func answer(at offset: Int) -> (frame: UnsafeRawBufferPointer, next: Int)? {
        guard offset + 8 <= Int(clamping: self[.outboxBytes]) else { return nil }
        let place = layout.outbox.start + offset / 8
        let bytes = Int(UInt32(truncatingIfNeeded: self[place: place]))
        guard bytes >= 8, offset + bytes <= layout.outbox.width * 8 else { return nil }
        // Safe: inside of the outbox, by the guard above.
        return unsafe (UnsafeRawBufferPointer(start: address(place), count: bytes), offset + (bytes + 7) & ~7)
    }

    /// All promised answers have been given.
    package func forgetAnswers() {
        self[.outboxBytes] = 0
        outboxEnd = 0
        missAnswer(false)
    }
}
