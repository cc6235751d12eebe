/// How much memory must stay available: this many MiB, a part of what the daemon may use, or the larger of
/// both.
package struct MemoryFloor: Equatable, Sendable {
    package let isAuto: Bool
    package let mebibytes: Double

    package static let auto = MemoryFloor(isAuto: true, mebibytes: 0)

    package init(mebibytes: Double) {
        self.init(isAuto: false, mebibytes: mebibytes)
    }

    private init(isAuto: Bool, mebibytes: Double) {
        self.isAuto = isAuto
        self.mebibytes = mebibytes
    }

    /// In MiB, for a daemon that may use this much: `auto` is 4 % of it, at least 256.
    package func mebibytes(ofBytes total: Int) -> Double {
        isAuto ? max(mebibytes, 256, Double(total) / 1_048_576 * 0.04) : mebibytes
    }

    /// The stricter of two.
    func joined(with other: MemoryFloor) -> MemoryFloor {
        MemoryFloor(isAuto: isAuto || other.isAuto, mebibytes: max(mebibytes, other.mebibytes))
    }
}

extension Setting {
    /// A limit in MiB, or `auto`.
    static func memory(_ name: String, _ letter: Character, _ field: Field<MemoryFloor?>, _ help: String)
        -> Setting
    {
        let words = "auto, or a number up to 1000000 (0 or less: no limit)"
        return Setting(name, letter, "LIMIT", field, words, help, isLive: true) { text in
            guard text != "auto" else { return .some(.auto) }
            guard let value = Double(plain: text), value.isFinite, value <= 1_000_000 else { return nil }
            return .some(value > 0 ? MemoryFloor(mebibytes: value) : nil)
        } print: { floor in
            floor.map { $0.isAuto ? "auto" : decimal($0.mebibytes) } ?? "0"
        }
    }
}
