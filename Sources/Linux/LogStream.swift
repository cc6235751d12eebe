internal import CLinux
internal import Glibc

/// Standard error for a process that may not wait for its reader.
///
/// What does not fit now is kept, up to a number of bytes. Lines that do not fit there are counted, and
/// reported when the reader has caught up. A reader that is gone causes neither a signal nor an error.
package struct LogStream: ~Copyable {
    /// The same file, pipe or terminal, opened once more: so only we do not wait there, and not everybody who
    /// has it open.
    private var own: Descriptor?
    private var raw: CInt = -1
    private let kind: FileStatus.Kind?
    private var kept: [UInt8] = []
    private var lost = 0
    private var isGone = false

    /// More than this is not kept.
    package static let limit = 65_536

    /// The stream as it is now.
    ///
    /// From here on a pipe without a reader does not end this process. The corresponding C function is
    /// `signal`.
    package init() {
        signal(SIGPIPE, SIG_IGN)
        kind = try? FileStatus(ofDescriptor: STDERR_FILENO).kind
        guard kind == .pipe || kind == .characterDevice else { return }
        // Safe: the path is lent for the call.
        let raw = try? retryingInterrupts {
            unsafe open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        }
        guard let raw else { return }
        own = Descriptor(owning: raw)
        self.raw = raw
    }

    /// Whether something waits to be written.
    package var isBehind: Bool { !kept.isEmpty }

    /// From now on writes to /dev/null, if the stream is a pipe or a socket: its reader waits for the last
    /// writer.
    package mutating func leavePipe() {
        guard kind == .pipe || kind == .socket else { return }
        own = nil
        raw = -1
        kept = []
        isGone = true
        StandardError.leavePipe()
    }

    /// Writes the text, or keeps it for later.
    package mutating func write(_ text: String) {
        guard !isGone else { return }
        let bytes = text.utf8
        // No event says when a full disk has room again.
        if kept.isEmpty, lost > 0 { flush() }
        guard lost == 0, kept.count + bytes.count <= Self.limit else { return lost += 1 }
        kept += bytes
        flush()
    }

    /// Writes as much of what was kept as fits.
    package mutating func flush() {
        while !kept.isEmpty {
            let count = send(kept[...])
            if count > 0 {
                kept.removeFirst(count)
            } else if count == 0 || errno == EAGAIN {
                return
            } else if errno != EINTR {
                return giveUp()
            }
        }
        kept = []
        guard lost > 0 else { return }
        kept += "steve: \(lost) line(s) of this log were lost: nobody read it\n".utf8
        lost = 0
        flush()
    }

    /// A full disk may have room again; a reader that went does not come back.
    private mutating func giveUp() {
        if errno == ENOSPC || errno == EDQUOT || errno == EFBIG {
            lost += kept.count { $0 == UInt8(ascii: "\n") }
        } else {
            isGone = true
        }
        kept = []
    }

    /// Writes some of it without waiting; returns how much, 0 when there is no room, -1 with errno.
    private func send(_ bytes: ArraySlice<UInt8>) -> Int {
        // Safe: the bytes are lent for the call.
        unsafe bytes.withUnsafeBytes { bytes in
            if kind == .socket {
                return unsafe Glibc.send(
                    STDERR_FILENO,
                    bytes.baseAddress,
                    bytes.count,
                    CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL)
                )
            }
            if raw >= 0 { return unsafe Glibc.write(raw, bytes.baseAddress, bytes.count) }
            guard kind == .pipe || kind == .characterDevice else {
                return unsafe Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
            }
            // What cannot be opened again is written to where poll(2) promises room for PIPE_BUF.
            var entry = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
            guard unsafe poll(&entry, 1, 0) == 1 else { return 0 }
            return unsafe Glibc.write(STDERR_FILENO, bytes.baseAddress, min(bytes.count, 512))
        }
    }
}
