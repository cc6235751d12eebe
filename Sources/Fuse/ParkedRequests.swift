internal import Vocabulary
internal import CFuse
internal import Ledger

/// The reads that wait for a token, by number.
///
/// A number is used once, because the slot's generation is part of it. Its top bit is for the owner to use.
/// The table grows to the largest number of waiting reads ever seen and then allocates no more. The frames of
/// waiting reads are in the ledger, each in the row of its slot.
@safe
struct ParkedRequests {
    @safe
    private struct Slot {
        // Safe: set while the request is parked, and libfuse keeps a request until it is answered.
        var request: OpaquePointer?
        var generation: UInt32
        var nextFree: Int32
        var file = FileID(index: -1)
        /// Whether its frame is in the ledger.
        var isKept = false
    }

    /// The generations go from 1 to this one: no number is 0, which no pointer could carry, or has its top
    /// bit set.
    private static let lastGeneration: UInt32 = 0x7FFF_FFFF

    private let ledger: ServerLedger
    private var slots: [Slot] = []
    private var firstFree: Int32 = -1

    init(_ ledger: ServerLedger) {
        self.ledger = ledger
    }

    /// Has `Dispatcher.interrupted` called when the client of a parked request is interrupted, and keeps its
    /// frame for the next server.
    mutating func keep(_ number: RequestID, frame: UnsafeRawBufferPointer?) {
        guard let index = index(of: number), let request = unsafe slots[index].request else { return }
        if let frame = unsafe frame { unsafe ledger.park(frame, in: index, mark: number.number) }
        slots[index].isKept = true
        // Safe: the request is parked, and the number travels in the pointer's bits and is never followed.
        unsafe fuse_req_interrupt_func(
            request,
            { request, bits in
                guard let request = unsafe request else { return }
                unsafe Dispatcher.of(request).interrupted(RequestID(UInt64(UInt(bitPattern: bits))))
            },
            UnsafeMutableRawPointer(bitPattern: UInt(number.number))
        )
    }

    /// Keeps a request and gives the number that it is kept under, which has more than 32 bits: smaller ones
    /// are the owner's to use.
    mutating func park(_ request: consuming Request, file: FileID) -> RequestID {
        if firstFree < 0 { grow(to: slots.count + 1) }
        let index = firstFree
        firstFree = slots[Int(index)].nextFree
        unsafe slots[Int(index)].request = request.parked()
        slots[Int(index)].file = file
        return RequestID(UInt64(slots[Int(index)].generation) << 32 | UInt64(index))
    }

    /// Keeps a request that another process had parked, under the number that it had there.
    mutating func park(_ request: consuming Request, file: FileID, again number: RequestID) {
        let index = Int(number.number & 0xFFFF_FFFF)
        grow(to: index + 1)
        unlink(Int32(index))
        slots[index].generation = UInt32(truncatingIfNeeded: number.number >> 32)
        unsafe slots[index].request = request.parked()
        slots[index].file = file
    }

    /// The file that a parked request came through.
    func file(of number: RequestID) -> FileID {
        index(of: number).map { slots[$0].file } ?? FileID(index: -1)
    }

    /// Takes the request out, so that nobody else can answer it; nil when it was answered before.
    mutating func take(_ number: RequestID) -> Request? {
        guard let index = index(of: number), let request = unsafe slots[index].request else { return nil }
        unsafe slots[index].request = nil
        slots[index].generation = slots[index].generation % Self.lastGeneration + 1
        slots[index].nextFree = firstFree
        firstFree = Int32(index)
        if slots[index].isKept { ledger.unpark(index) }
        slots[index].isKept = false
        return unsafe Request(request)
    }

    /// The slot that a number belongs to, while it is the newest number of that slot.
    private func index(of number: RequestID) -> Int? {
        let index = Int(number.number & 0xFFFF_FFFF)
        guard index < slots.count, UInt64(slots[index].generation) == number.number >> 32 else { return nil }
        return index
    }

    private mutating func grow(to count: Int) {
        while slots.count < count {
            unsafe slots.append(Slot(request: nil, generation: 1, nextFree: firstFree))
            firstFree = Int32(slots.count - 1)
        }
    }

    /// Takes a slot out of the list of free ones.
    private mutating func unlink(_ index: Int32) {
        guard firstFree != index else { return firstFree = slots[Int(index)].nextFree }
        var before = firstFree
        while before >= 0, slots[Int(before)].nextFree != index { before = slots[Int(before)].nextFree }
        if before >= 0 { slots[Int(before)].nextFree = slots[Int(index)].nextFree }
    }

    /// Frees all requests without an answer to the kernel; their callers go on waiting.
    mutating func abandonAll() {
        for index in slots.indices {
            guard let request = unsafe slots[index].request else { continue }
            unsafe slots[index].request = nil
            // Safe: the request left the table in the line above; this frees it.
            unsafe fuse_reply_none(request)
        }
    }
}
