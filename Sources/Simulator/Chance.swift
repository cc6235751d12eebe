/// All randomness of a run: it follows from the seed alone.
struct Chance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x2545_F491_4F6C_DD1D
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func uniform(_ range: ClosedRange<Double>) -> Double { .random(in: range, using: &self) }

    mutating func whole(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &self) }

    /// A time that is mostly near the mean, now and then twice or three times as long: the sum of four parts,
    /// each of which is uniform up to the one before.
    mutating func jobTime(mean: Double) -> Double {
        let parts = (0..<4).map { _ in uniform(0...1) }
        let skewed = parts[0] + parts[1] + 4 * parts[2] * parts[3]
        return max(0.02, mean * skewed / 2)
    }
}
