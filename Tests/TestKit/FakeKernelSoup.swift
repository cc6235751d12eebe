/// Frames between noise and protocol, all from one generator: half of them valid, with some absurd fields.
package enum FrameSoup {
    /// The next frame; never empty, because that would be a hang-up.
    package static func frame(using random: inout some RandomNumberGenerator) -> [UInt8] {
        if Int.random(in: 0..<10, using: &random) == 0 {
            return noise(1...200, using: &random)
        }
        let operations = FakeKernelFrame.Operation.allCases
        let operation =
            Bool.random(using: &random)
            ? operations.randomElement(using: &random)?.rawValue ?? 0
            : UInt32.random(in: 0...60, using: &random)
        // Few different numbers, so that interrupts, duplicates and answers meet; the fake kernel itself uses
        // none of them.
        let unique = 1 << 40 + UInt64.random(in: 0...40, using: &random)
        var frame = FakeKernelFrame(operation, unique: unique, thread: .random(in: 0...5, using: &random))
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            frame.append(word(using: &random))
        }
        var bytes = frame.bytes
        switch Int.random(in: 0..<12, using: &random) {
        case 0: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
        case 1:
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^=
                1 << UInt8.random(in: 0...7, using: &random)
        case 2: bytes += noise(1...300, using: &random)
        default: break
        }
        return bytes
    }

    /// Mostly a small number: an open file, a length, flags.
    private static func word(using random: inout some RandomNumberGenerator) -> UInt64 {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: UInt64.random(in: 0...UInt64.max, using: &random)
        case 1: 1 << UInt64.random(in: 0...63, using: &random)
        case 2: 1 << 40 + UInt64.random(in: 0...40, using: &random)
        default: UInt64.random(in: 0...4, using: &random)
        }
    }

    private static func noise(_ length: ClosedRange<Int>, using random: inout some RandomNumberGenerator)
        -> [UInt8]
    {
        (0..<Int.random(in: length, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    }
}
