internal import Glibc
package import SystemPackage

/// A file that gives and takes single bytes: a named pipe or a device.
package struct ByteFile: ~Copyable {
    private let descriptor: Descriptor

    /// Opens the file for reading and writing; a read without `waiting` never waits.
    ///
    /// The corresponding C function is `open`.
    package init(_ path: String, waiting: Bool) throws(Errno) {
        let flags = O_RDWR | O_CLOEXEC | (waiting ? 0 : O_NONBLOCK)
        // Safe: the path is lent for the call.
        descriptor = Descriptor(owning: try retryingInterrupts { unsafe open(path, flags) })
    }

    /// The next byte, nil at the end of the file; EAGAIN where it would have waited and may not.
    ///
    /// The corresponding C function is `read`.
    package func read() throws(Errno) -> UInt8? {
        var byte: UInt8 = 0
        // Safe: the byte is on this stack frame.
        let count = try retryingInterrupts { CInt(unsafe Glibc.read(descriptor.raw, &byte, 1)) }
        return count == 0 ? nil : byte
    }

    /// Writes one byte.
    ///
    /// The corresponding C function is `write`.
    package func write(_ byte: UInt8) throws(Errno) {
        var byte = byte
        // Safe: as above.
        _ = try retryingInterrupts { CInt(unsafe Glibc.write(descriptor.raw, &byte, 1)) }
    }
}
