internal import CZstd
internal import Squashfs

/// libzstd at one level.
///
/// The working memory is made at the first block.
@safe final class ZstandardCompressor: BlockCompressor {
    private let context: OpaquePointer?
    private let lesson: Int

    /// Compresses at a level from 1 to 22; `lesson` is in bytes.
    ///
    /// From level 18 on (`ZSTD_btultra2`) libzstd goes twice over the first part of a block, the lesson: once
    /// to learn how often what occurs. By itself it takes 128 KiB for that.
    init(level: Int, lesson: Int = .max) {
        unsafe context = ZSTD_createCCtx()
        unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, CInt(level))
        self.lesson = level < 18 ? .max : lesson
    }

    deinit {
        // Safe: made in init and freed only here.
        unsafe ZSTD_freeCCtx(context)
    }

    func compress(_ block: [UInt8]) -> [UInt8]? {
        unsafe ZSTD_CCtx_reset(context, ZSTD_reset_session_only)
        unsafe ZSTD_CCtx_setPledgedSrcSize(context, UInt64(block.count))
        // Safe: both buffers live for the call; the result counts the bytes that were written.
        let compressed = unsafe [UInt8](unsafeUninitializedCapacity: block.count) { buffer, filled in
            var output = unsafe ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
            let isWhole = unsafe block.withUnsafeBytes { bytes in
                var input = unsafe ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
                if lesson < bytes.count {
                    unsafe input.size = lesson
                    let rest = unsafe ZSTD_compressStream2(context, &output, &input, ZSTD_e_flush)
                    guard rest == 0 else { return false }
                    unsafe input.size = bytes.count
                }
                // Neither an error nor bytes left for which there was no room.
                return unsafe ZSTD_compressStream2(context, &output, &input, ZSTD_e_end) == 0
            }
            filled = unsafe isWhole ? output.pos : 0
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
