/// Bytes for one record of a user or group: a group with thousands of members fits.
let recordSpace = 1 << 18

/// Lends that much memory to `body`.
func withRecordSpace<Record>(_ body: (UnsafeMutablePointer<CChar>) -> Record?) -> Record? {
    // Safe: lent to the body only, which may use `recordSpace` bytes of it.
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: recordSpace) { space in
        guard let base = space.baseAddress else { return nil }
        return unsafe body(base)
    }
}
