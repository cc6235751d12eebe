/// BLAKE2b with 128 bits: two files with the same digest have the same bytes, even if somebody tries to break
/// that.
package struct ContentDigest: Hashable, Sendable {
    private let high: UInt64
    /// Half of it: as good as random.
    package let low: UInt64

    package init(of bytes: [UInt8]) {
        var digester = Digester()
        digester.update(bytes)
        self = digester.finish()
    }

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Takes the bytes as they come.
    package struct Digester {
        private var state: [UInt64]
        private var pending: [UInt8] = []
        private var count: UInt64 = 0
        private static let blockSize = 128

        package init() {
            state = Self.start
            // Digest length 16, no key, fan-out and depth 1.
            state[0] ^= 0x0101_0010
        }

        package mutating func update(_ bytes: [UInt8]) {
            var place = 0
            if !pending.isEmpty {
                place = min(Self.blockSize - pending.count, bytes.count)
                pending += bytes[..<place]
                guard place < bytes.count else { return }
                count += UInt64(Self.blockSize)
                compress(pending, at: 0, isLast: false)
                pending.removeAll(keepingCapacity: true)
            }
            // The last block must stay: it is compressed in another way.
            while bytes.count - place > Self.blockSize {
                count += UInt64(Self.blockSize)
                compress(bytes, at: place, isLast: false)
                place += Self.blockSize
            }
            pending += bytes[place...]
        }

        package consuming func finish() -> ContentDigest {
            count += UInt64(pending.count)
            pending += repeatElement(0, count: Self.blockSize - pending.count)
            compress(pending, at: 0, isLast: true)
            return ContentDigest(high: state[0], low: state[1])
        }

        private mutating func compress(_ bytes: [UInt8], at place: Int, isLast: Bool) {
            var words = InlineArray<16, UInt64>(repeating: 0)
            for index in 0..<16 {
                var word: UInt64 = 0
                for byte in 0..<8 { word |= UInt64(bytes[place + index * 8 + byte]) << UInt64(byte * 8) }
                words[index] = word
            }
            var v = InlineArray<16, UInt64>(repeating: 0)
            for index in 0..<8 {
                v[index] = state[index]
                v[index + 8] = Self.start[index]
            }
            v[12] ^= count
            if isLast { v[14] = ~v[14] }
            for round in 0..<12 {
                let order = Self.order[round % 10]
                for lane in 0..<4 {
                    Self.mix(
                        &v,
                        lane,
                        lane + 4,
                        lane + 8,
                        lane + 12,
                        words[order[lane * 2]],
                        words[order[lane * 2 + 1]]
                    )
                }
                for lane in 0..<4 {
                    Self.mix(
                        &v,
                        lane,
                        (lane + 1) % 4 + 4,
                        (lane + 2) % 4 + 8,
                        (lane + 3) % 4 + 12,
                        words[order[lane * 2 + 8]],
                        words[order[lane * 2 + 9]]
                    )
                }
            }
            for index in 0..<8 { state[index] ^= v[index] ^ v[index + 8] }
        }

        @inline(__always)
        private static func mix(
            _ v: inout InlineArray<16, UInt64>,
            _ a: Int,
            _ b: Int,
            _ c: Int,
            _ d: Int,
            _ x: UInt64,
            _ y: UInt64
        ) {
            v[a] = v[a] &+ v[b] &+ x
            v[d] = rotated(v[d] ^ v[a], 32)
            v[c] = v[c] &+ v[d]
            v[b] = rotated(v[b] ^ v[c], 24)
            v[a] = v[a] &+ v[b] &+ y
            v[d] = rotated(v[d] ^ v[a], 16)
            v[c] = v[c] &+ v[d]
            v[b] = rotated(v[b] ^ v[c], 63)
        }

        @inline(__always)
        private static func rotated(_ word: UInt64, _ bits: UInt64) -> UInt64 {
            word >> bits | word << (64 - bits)
        }

        private static let start: [UInt64] = [
            0x6A09_E667_F3BC_C908, 0xBB67_AE85_84CA_A73B, 0x3C6E_F372_FE94_F82B, 0xA54F_F53A_5F1D_36F1,
            0x510E_527F_ADE6_82D1, 0x9B05_688C_2B3E_6C1F, 0x1F83_D9AB_FB41_BD6B, 0x5BE0_CD19_137E_2179,
        ]

        private static let order: [InlineArray<16, Int>] = [
            [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
            [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
            [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
            [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
            [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
            [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
            [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
            [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
            [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
            [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
        ]
    }

    /// The digest as hexadecimal digits in the usual order of bytes.
    package var hexadecimal: String {
        var bytes: [UInt8] = []
        bytes.append(little: high)
        bytes.append(little: low)
        return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
