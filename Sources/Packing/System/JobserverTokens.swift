internal import Glibc
internal import Linux
internal import SystemPackage

/// The tokens of the jobserver that MAKEFLAGS names: a FIFO or a device, one byte a token.
///
/// It has a file description of its own, so that not waiting is its own affair; it reads one byte at a time and only
/// where it is going to be used at once; one thread asks at a time.
final class JobserverTokens: TokenSource {
    private let descriptor: Descriptor

    /// Opens the jobserver at this path.
    init(path: String) throws(Errno) {
        // Safe: the string is lent for the call.
        descriptor = Descriptor(
            owning: try check(unsafe open(cString(Array(path.utf8)), O_RDWR | O_NONBLOCK | O_CLOEXEC))
        )
    }

    func acquire() -> CompressionToken? {
        var byte: UInt8 = 0
        var request = pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0)
        // Safe: both live on this stack frame for the calls.
        guard unsafe poll(&request, 1, 100) > 0 else { return nil }
        if unsafe read(descriptor.raw, &byte, 1) == 1 { return CompressionToken(byte: byte) }
        // Another client was faster, or the server is gone: the caller's own thread goes on without it.
        if errno != EAGAIN { usleep(100_000) }
        return nil
    }

    func release(_ token: consuming CompressionToken) {
        var byte = token.byte
        // Safe: the byte lives on this stack frame. A server that is gone wants nothing back.
        while unsafe write(descriptor.raw, &byte, 1) == -1, errno == EINTR {}
    }
}
