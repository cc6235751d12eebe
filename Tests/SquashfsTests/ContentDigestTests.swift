internal import Testing

@testable import Squashfs

@Suite struct ContentDigestTests {
    /// Expected values from Python's hashlib.blake2b with digest_size 16.
    @Test(
        arguments: [
            ([], "cae66941d9efbd404e4d88758ea67670"),
            (Array("abc".utf8), "cf4ab791c62b8d2b2109c90275287816"),
            (Array(repeating: 97, count: 128), "1271d28e731afb57bdfba6bdaf3501be"),
            (Array(repeating: 97, count: 129), "68b7bafbad5055c4ebe6eb170a0f8524"),
            (Array((0..<5).map { _ in Array(0...255) }.joined()), "825c7cfa8fc12c18f57b6046a548db9f"),
        ] as [([UInt8], String)]
    )
    func digestsAreBLAKE2b(bytes: [UInt8], expected: String) {
        var digester = ContentDigest.Digester()
        digester.update(bytes)
        #expect(digester.finish().hexadecimal == expected)
    }

    @Test func bytesMayComeInAnyParts() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var whole = ContentDigest.Digester()
        whole.update(bytes)
        let expected = whole.finish()
        for step in [1, 7, 127, 128, 129, 255, 256] {
            var digester = ContentDigest.Digester()
            for start in stride(from: 0, to: bytes.count, by: step) {
                digester.update(Array(bytes[start..<min(start + step, bytes.count)]))
            }
            #expect(digester.finish() == expected)
        }
    }
}
