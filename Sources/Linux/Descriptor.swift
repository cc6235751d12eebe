internal import Glibc
package import SystemPackage

/// An open file descriptor with one owner: it is closed when the owner ends.
package struct Descriptor: ~Copyable {
    /// The descriptor's number, to lend to calls while the owner lives.
    package let raw: CInt

    /// Takes over a descriptor that the caller opened.
    package init(owning raw: CInt) {
        self.raw = raw
    }

    /// The descriptor as swift-system's value, borrowed.
    package var file: FileDescriptor { FileDescriptor(rawValue: raw) }

    /// The program of this process, which stays there whatever becomes of its file; other programs have it,
    /// too.
    package static func ownProgram() throws(Errno) -> Descriptor {
        // Safe: the path is lent for the call.
        Descriptor(owning: try check(unsafe Glibc.open("/proc/self/exe", O_RDONLY)))
    }

    /// Whether another program that this process becomes has it, too.
    ///
    /// The corresponding C function is `fcntl` with F_SETFD.
    package static func inherit(_ raw: CInt, _ isInherited: Bool) {
        _ = fcntl(raw, F_SETFD, isInherited ? 0 : FD_CLOEXEC)
    }

    /// Gives the descriptor away without closing it.
    package consuming func release() -> CInt {
        let number = raw
        discard self
        return number
    }

    deinit {
        _ = close(raw)
    }
}
