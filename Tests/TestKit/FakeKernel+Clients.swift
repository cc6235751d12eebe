internal import Glibc
package import SystemPackage

/// The system calls of threads on the device.
extension FakeKernel {
    /// A file that a client has open.
    package struct File: Sendable, Equatable {
        /// The number that the other end gave to it.
        package let number: UInt64
        /// The kernel's number for it, which notifications carry.
        package let handle: UInt64
        /// FOPEN_ flags of the answer.
        package let openFlags: UInt32
    }

    /// The events of a poll answer.
    package struct Events: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }

        package static let readable = Events(rawValue: UInt32(POLLIN | POLLRDNORM))
        package static let writable = Events(rawValue: UInt32(POLLOUT | POLLWRNORM))
    }

    /// Shakes hands; the answer's body says what the other end wants.
    @discardableResult
    package func start(major: UInt32 = 7, minor: UInt32 = 38) -> Reply? {
        let unique: UInt64
        switch kind {
        case .cuse:
            unique = request(.deviceInit) { frame in
                for word in [major, minor, 0, 1] { frame.append(word) }
            }
        case .file:
            // ASYNC_READ, ATOMIC_O_TRUNC, BIG_WRITES, AUTO_INVAL_DATA, MAX_PAGES, INIT_EXT
            let flags: UInt32 = 1 | 1 << 3 | 1 << 5 | 1 << 12 | 1 << 22 | 1 << 30
            unique = request(.fileInit) { frame in
                for word in [major, minor, 1 << 17, flags] { frame.append(word) }
                for _ in 0..<12 { frame.append(UInt32(0)) }
            }
        }
        return reply(to: unique, within: patience)
    }

    /// Opens the device.
    package func open(flags: Int32 = O_RDWR, thread: Int32, user: UInt32 = 0) throws(Errno) -> File {
        let unique = request(.open, thread: thread, user: user) { frame in
            frame.append(flags)
            frame.append(UInt32(0))
        }
        guard let reply = reply(to: unique, within: patience) else { throw .timedOut }
        if let errno = reply.errno { throw errno }
        guard reply.body.count == 16, let number = reply.body.integer(UInt64.self, at: 0),
            let openFlags = reply.body.integer(UInt32.self, at: 8)
        else { throw .ioError }
        return File(number: number, handle: nextHandle(), openFlags: openFlags)
    }

    /// Starts a read, whose answer may come at once, later, or never.
    package func read(
        _ file: File,
        thread: Int32,
        nonblocking: Bool,
        size: UInt32 = 1,
        offset: UInt64 = 0,
        forCache: Bool = false
    ) -> UInt64 {
        request(.read, thread: thread) { frame in
            frame.append(file.number)
            frame.append(offset)
            frame.append(size)
            // For a read past the page cache the kernel names the owner of the file's locks.
            frame.append(UInt32(forCache ? 0 : 2))
            frame.append(UInt64(0))
            frame.append(nonblocking ? O_RDWR | O_NONBLOCK : O_RDWR)
            frame.append(UInt32(0))
        }
    }

    /// Writes; returns how many bytes the other end acknowledged.
    package func write(
        _ file: File,
        _ data: [UInt8] = [UInt8(ascii: "+")],
        thread: Int32
    ) throws(Errno) -> UInt32 {
        let unique = request(.write, thread: thread) { frame in
            frame.append(file.number)
            frame.append(UInt64(0))
            frame.append(UInt32(data.count))
            frame.append(UInt32(0))
            frame.append(UInt64(0))
            frame.append(O_RDWR)
            frame.append(UInt32(0))
            frame.append(contentsOf: data)
        }
        guard let reply = reply(to: unique, within: patience) else { throw .timedOut }
        if let errno = reply.errno { throw errno }
        guard reply.body.count == 8, let count = reply.body.integer(UInt32.self, at: 0) else {
            throw .ioError
        }
        return count
    }

    /// Asks what the file is ready for; with `notify` also for a notification of the next change.
    package func poll(_ file: File, thread: Int32, notify: Bool) throws(Errno) -> Events {
        let unique = request(.poll, thread: thread) { frame in
            frame.append(file.number)
            frame.append(file.handle)
            frame.append(UInt32(notify ? 1 : 0))
            frame.append(UInt32(POLLIN | POLLOUT))
        }
        guard let reply = reply(to: unique, within: patience) else { throw .timedOut }
        if let errno = reply.errno { throw errno }
        guard reply.body.count == 8, let events = reply.body.integer(UInt32.self, at: 0) else {
            throw .ioError
        }
        return Events(rawValue: events)
    }

    /// How many notifications have told the waiters on a file to look again.
    package func wakes(of file: File) -> Int {
        collect()
        return notifications.count { $0 == file.handle }
    }

    /// The number that FIONREAD puts into the client's memory.
    ///
    /// CUSE: at first the kernel offers no room, and the other end says how much it needs, and where.
    package func available(_ file: File, thread: Int32) throws(Errno) -> Int32 {
        let unrestricted: UInt32 = kind == .cuse ? 1 << 1 : 0
        let address: UInt64 = 0x7FFF_1234_5678
        let first = try ioctl(file, command: 0x541B, address: address, flags: unrestricted, thread: thread)
        let iovec = first.body.dropFirst(16)
        guard first.body.integer(UInt32.self, at: 4) == 1 << 2,
            first.body.integer(UInt32.self, at: 8) == 0,
            first.body.integer(UInt32.self, at: 12) == 1,
            iovec.integer(UInt64.self, at: 0) == address,
            iovec.integer(UInt64.self, at: 8) == 4
        else { throw .ioError }
        let second = try ioctl(
            file,
            command: 0x541B,
            address: address,
            flags: unrestricted,
            room: 4,
            thread: thread
        )
        guard second.body.count == 20, second.body.integer(Int32.self, at: 0) == 0,
            let number = second.body.integer(Int32.self, at: 16)
        else { throw .ioError }
        return number
    }

    /// Sends one ioctl; returns its answer.
    package func ioctl(
        _ file: File,
        command: UInt32,
        address: UInt64 = 0,
        flags: UInt32 = 0,
        room: UInt32 = 0,
        thread: Int32
    ) throws(Errno) -> Reply {
        let unique = request(.ioctl, thread: thread) { frame in
            frame.append(file.number)
            frame.append(flags)
            frame.append(command)
            frame.append(address)
            frame.append(UInt32(0))
            frame.append(room)
        }
        guard let reply = reply(to: unique, within: patience) else { throw .timedOut }
        if let errno = reply.errno { throw errno }
        return reply
    }

    /// Closes the last descriptor of the file; the kernel names no thread for this.
    package func release(_ file: File) {
        let unique = request(.release) { frame in
            frame.append(file.number)
            frame.append(O_RDWR)
            frame.append(UInt32(0))
            frame.append(UInt64(0))
        }
        _ = reply(to: unique, within: patience)
    }

    /// How long an answer that must come at once may take if the other end is in another process.
    private var patience: CInt { 2000 }
}
