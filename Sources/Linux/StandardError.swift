internal import Glibc

/// The stream for what people should read.
package enum StandardError {
    /// From now on writes to /dev/null, if the stream is a pipe or a socket: its reader waits for the last
    /// writer.
    ///
    /// The corresponding C function is `dup2`.
    package static func leavePipe() {
        guard let kind = try? FileStatus(ofDescriptor: STDERR_FILENO).kind, kind == .pipe || kind == .socket,
            let nothing = try? openReadWrite("/dev/null")
        else { return }
        _ = dup2(nothing.raw, STDERR_FILENO)
    }

    /// Writes the text at once.
    ///
    /// Nobody can be told when that fails.
    package static func write(_ text: String) {
        var left = Array(text.utf8)[...]
        while !left.isEmpty {
            // Safe: the bytes are lent for the call.
            let count = unsafe left.withUnsafeBytes {
                unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count)
            }
            if count == -1, errno == EINTR { continue }
            guard count > 0 else { return }
            left = left.dropFirst(count)
        }
    }
}

/// Opens /dev/null for those of standard input, output and error that the starter has closed.
///
/// Otherwise the next file that is opened would get such a number, and messages for people would be written
/// into it.
package func openStandardDescriptors() {
    while true {
        // Safe: the path is a constant.
        let raw = unsafe Glibc.open("/dev/null", O_RDWR)
        if raw > STDERR_FILENO { Glibc.close(raw) }
        if raw < 0 || raw > STDERR_FILENO { return }
    }
}
