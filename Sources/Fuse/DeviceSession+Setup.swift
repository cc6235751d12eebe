internal import CFuse
internal import Glibc
package import SystemPackage

extension DeviceSession.Kind: CustomStringConvertible {
    package var description: String {
        switch self {
        case .cuse(let name): "/dev/\(name)"
        case .file: "the mounted file"
        }
    }
}

extension DeviceSession {
    /// Lets reads and writes return EAGAIN.
    ///
    /// The corresponding C function is `fcntl` with F_SETFL.
    static func stopWaiting(on descriptor: CInt) throws(DeviceSessionError) {
        let flags = fcntl(descriptor, F_GETFL)
        guard flags != -1, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != -1 else {
            throw .unusableDescriptor(descriptor, Errno(rawValue: errno))
        }
    }

    /// A libfuse session whose callbacks find `dispatcher`, which must outlive it; nil when libfuse refuses.
    static func newSession(_ kind: Kind, _ dispatcher: Dispatcher) -> OpaquePointer? {
        let userdata = unsafe Unmanaged.passUnretained(dispatcher).toOpaque()
        switch kind {
        case .cuse(let name): return unsafe newDevice(name, userdata)
        case .file: return unsafe newFile(userdata)
        }
    }

    /// How the session reads and writes.
    static func transport() -> fuse_custom_io {
        var transport = fuse_custom_io()
        // Safe: libfuse passes its own vectors, which live during the call, and the session's user data, its
        // dispatcher.
        unsafe transport.writev = { _, vectors, count, userdata in
            guard let vectors = unsafe vectors, let userdata = unsafe userdata else { return -1 }
            let dispatcher = unsafe Unmanaged<Dispatcher>.fromOpaque(userdata).takeUnretainedValue()
            return unsafe dispatcher.answer(vectors, Int(count))
        }
        // libfuse insists on it; `serve` reads without libfuse.
        unsafe transport.read = { descriptor, buffer, size, _ in
            unsafe Glibc.read(descriptor, buffer, size)
        }
        return transport
    }

    private static func newDevice(_ name: String, _ userdata: UnsafeMutableRawPointer) -> OpaquePointer? {
        // Safe: libfuse copies the name and the table.
        unsafe "DEVNAME=\(name)".withCString { name in
            unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: 1) { names in
                unsafe names[0] = name
                var info = unsafe cuse_info()
                unsafe info.dev_info_argc = 1
                unsafe info.dev_info_argv = names.baseAddress
                unsafe info.flags = UInt32(CUSE_UNRESTRICTED_IOCTL)
                var table = DeviceOperations.table()
                return unsafe withNoArguments { unsafe cfuse_cuse_new(&$0, &info, &table, userdata) }
            }
        }
    }

    private static func newFile(_ userdata: UnsafeMutableRawPointer) -> OpaquePointer? {
        // Safe: libfuse copies the table.
        var table = FileOperations.table()
        return unsafe withNoArguments { unsafe cfuse_fuse_new(&$0, &table, userdata) }
    }

    /// Gives libfuse the arguments of a program that has none: it insists on a program name.
    private static func withNoArguments(_ body: (inout fuse_args) -> OpaquePointer?) -> OpaquePointer? {
        // Safe: libfuse only reads the name, and frees what it allocated itself.
        unsafe "steve".withCString { program in
            unsafe withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<CChar>?.self, capacity: 2) {
                vector in
                unsafe vector[0] = UnsafeMutablePointer(mutating: program)
                unsafe vector[1] = nil
                var arguments = unsafe fuse_args(argc: 1, argv: vector.baseAddress, allocated: 0)
                defer { unsafe fuse_opt_free_args(&arguments) }
                return unsafe body(&arguments)
            }
        }
    }
}

/// Why a session with the kernel could not be set up.
package enum DeviceSessionError: Error, Equatable, CustomStringConvertible {
    /// The descriptor cannot be made non-blocking.
    case unusableDescriptor(CInt, Errno)
    /// libfuse would not make a session; it has printed its reason.
    case refused(device: String)

    package var description: String {
        switch self {
        case .unusableDescriptor(let descriptor, let errno):
            "cannot serve requests from descriptor \(descriptor): \(errno)"
        case .refused(let device):
            "cannot set up a libfuse session for \(device): libfuse refused it (is the name too long?)"
        }
    }
}
