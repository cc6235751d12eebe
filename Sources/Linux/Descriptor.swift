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
