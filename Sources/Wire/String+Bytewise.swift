/// Texts from outside that need not be UTF-8 (a variable, a word of a command), to be cut up and put together
/// again.
extension String {
    /// One scalar for each byte, U+0000 to U+00FF: only ASCII is searched for, and all else passes unchanged.
    init(bytewise bytes: some Sequence<UInt8>) {
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: bytes.lazy.map { Unicode.Scalar($0) })
        self.init(scalars)
    }

    /// The bytes of such a text.
    var bytewise: [UInt8] { unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }

    /// Such a text for people.
    var decoded: String { String(decoding: bytewise, as: UTF8.self) }
}
