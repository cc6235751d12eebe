/// Takes metadata and blocks as they are, so that the reader sees exactly what a fuzzer changes.
private final class AsItStands: BlockDecompressor {
    func decompress(_ bytes: [UInt8], limit: Int) -> [UInt8]? { bytes.count <= limit ? bytes : nil }
}

private final class FuzzedImage: ImageSource {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var size: UInt64 { UInt64(bytes.count) }

    func read(at position: UInt64, count: Int) throws(ImageError) -> [UInt8] {
        guard position <= size, size - position >= UInt64(count) else { throw .corrupt("beyond the end") }
        return Array(bytes[Int(position)..<Int(position) + count])
    }
}

/// Reads any bytes as an image.
///
/// This file is built together with the sources of `Squashfs`, see Tests/squash/fuzz.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzImage(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // Safe: libFuzzer lends the bytes for the call; they are copied.
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    guard let image = try? ImageReader(source: FuzzedImage(bytes), decompressor: AsItStands()) else {
        return 0
    }
    var check = ImageCheck(image)
    try? check.run()
    return 0
}
