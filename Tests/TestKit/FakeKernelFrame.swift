/// The bytes of one message in the kernel's FUSE protocol, put together field by field.
///
/// They are written out here rather than taken from C's structures, so that the tests know the layout on
/// their own.
package struct FakeKernelFrame {
    /// The operations that the fake kernel sends, by their numbers in the protocol.
    package enum Operation: UInt32, CaseIterable, Sendable {
        case forget = 2
        case attributes = 3
        case setAttributes = 4
        case open = 14
        case read = 15
        case write = 16
        case statistics = 17
        case release = 18
        case synchronize = 20
        case extendedAttribute = 22
        case flush = 25
        case fileInit = 26
        case access = 34
        case interrupt = 36
        case destroy = 38
        case ioctl = 39
        case poll = 40
        case notifyReply = 41
        case forgetMany = 42
        case deviceInit = 4096
    }

    /// The whole message, with its length filled in.
    package private(set) var bytes: [UInt8] = []

    /// Starts a request with its header.
    package init(_ operation: UInt32, unique: UInt64, thread: Int32 = 0, user: UInt32 = 0) {
        append(UInt32(0))
        append(operation)
        append(unique)
        append(UInt64(1))
        append(user)
        append(user)
        append(UInt32(bitPattern: thread))
        append(UInt32(0))
    }

    /// Appends a field of the body, in the machine's byte order (little on all that we build for).
    package mutating func append(_ field: some FixedWidthInteger) {
        var rest = field
        for _ in 0..<field.bitWidth / 8 {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
        fillInLength()
    }

    /// Appends data.
    package mutating func append(contentsOf data: some Sequence<UInt8>) {
        bytes.append(contentsOf: data)
        fillInLength()
    }

    private mutating func fillInLength() {
        guard bytes.count >= 4 else { return }
        for index in 0..<4 {
            bytes[index] = UInt8(truncatingIfNeeded: bytes.count >> (8 * index))
        }
    }
}

extension ArraySlice<UInt8> {
    /// The integer of a type at an offset; nil beyond the end.
    package func integer<Integer: FixedWidthInteger>(_: Integer.Type, at offset: Int) -> Integer? {
        let size = Integer.bitWidth / 8
        guard offset >= 0, offset + size <= count else { return nil }
        return self[(startIndex + offset)..<(startIndex + offset + size)].reversed()
            .reduce(0) { $0 << 8 | Integer(truncatingIfNeeded: $1) }
    }
}
