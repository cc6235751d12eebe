/// How far the packing has come.
package struct PackProgress: Sendable {
    /// The bytes of all files.
    package let totalBytes: UInt64
    /// Those that are done, duplicates and holes included.
    package var readBytes: UInt64 = 0
    /// Those that had to be stored.
    package var packedBytes: UInt64 = 0
    /// How much they take in the image.
    package var storedBytes: UInt64 = 0
    /// Tokens of the jobserver, or threads beside the first.
    package var tokens = 0
    package var nanoseconds: Int64 = 0

    package var percent: Int { totalBytes == 0 ? 100 : Int(min(100, readBytes * 100 / totalBytes)) }

    /// How many times smaller the stored bytes are, times 100.
    package var ratioPercent: UInt64 { packedBytes * 100 / max(1, storedBytes) }

    /// An estimate; nil while too little is done for one.
    package var secondsLeft: Int64? {
        guard readBytes > 0, nanoseconds > 1_000_000_000 else { return nil }
        let left = Double(totalBytes - min(totalBytes, readBytes)) / Double(readBytes)
        return Int64(Double(nanoseconds) / 1e9 * left)
    }
}
