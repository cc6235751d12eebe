internal import CZstd
internal import Squashfs

/// libzstd at one level.
///
/// The working memory is made at the first block.
@safe final class ZstandardCompressor: BlockCompressor {
    private let context: OpaquePointer?
    private let level: CInt

    init(level: Int) {
        self.level = CInt(level)
        unsafe context = ZSTD_createCCtx()
    }

    deinit {
        // Safe: made in init and freed only here.
        unsafe ZSTD_freeCCtx(context)
    }

    func compress(_ block: [UInt8]) -> [UInt8]? {
        // Safe: both buffers live for the call; the result counts the bytes that were written.
        let compressed = unsafe [UInt8](unsafeUninitializedCapacity: block.count) { buffer, filled in
            let size = unsafe block.withUnsafeBytes { input in
                unsafe ZSTD_compressCCtx(
                    context,
                    buffer.baseAddress,
                    buffer.count,
                    input.baseAddress,
                    input.count,
                    level
                )
            }
            filled = ZSTD_isError(size) == 0 ? size : 0
        }
        // No room means that it did not shrink.
        guard !compressed.isEmpty, compressed.count < block.count else { return nil }
        return Array(compressed)
    }
}

/// Undoes `ZstandardCompressor`.
@safe final class ZstandardDecompressor: BlockDecompressor {
    private let context: OpaquePointer?

    init() {
        unsafe context = ZSTD_createDCtx()
    }

    deinit {
        // Safe: made in init and freed only here.
        unsafe ZSTD_freeDCtx(context)
    }

    func decompress(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        var isWhole = false
        // Safe: both buffers live for the call; the result counts the bytes that were written.
        let block = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
            let size = unsafe bytes.withUnsafeBytes { input in
                unsafe ZSTD_decompressDCtx(
                    context,
                    buffer.baseAddress,
                    buffer.count,
                    input.baseAddress,
                    input.count
                )
            }
            isWhole = ZSTD_isError(size) == 0
            filled = isWhole ? size : 0
        }
        return isWhole ? block : nil
    }
}
