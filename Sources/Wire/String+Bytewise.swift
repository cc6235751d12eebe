/// Texts of others' that need not be UTF-8 (a variable, a word of a command), to be cut up and put together
/// again.
extension String {
    /// One scalar for each byte, U+0000 to U+00FF: what is looked for in it is ASCII, all else passes as it
    /// came.
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
