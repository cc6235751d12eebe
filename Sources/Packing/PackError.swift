package import Squashfs
package import SystemPackage

/// Why no image was made, or none was read: one sentence for people.
package enum PackError: Error, CustomStringConvertible {
    /// A call of the kernel failed on an object.
    case cannot(String, path: [UInt8], Errno)
    /// The image or the tree is at fault.
    case image(ImageError)
    /// What was asked for does not make sense.
    case refused(String)
    /// A signal asked the program to end.
    case interrupted(CInt)

    package var description: String {
        switch self {
        case .cannot(let operation, let path, let reason): "cannot \(operation) \(printable(path)): \(reason)"
        case .image(let error): error.description
        case .refused(let sentence): sentence
        case .interrupted(let signal): "stopped by signal \(signal); no image was written"
        }
    }
}

/// A name for people: what is not printable UTF-8 is shown as `\xNN`.
package func printable(_ name: [UInt8]) -> String {
    if let text = String(validating: name, as: UTF8.self), !name.contains(where: { $0 < 0x20 || $0 == 0x7F })
    {
        return text
    }
    return name.map { byte in
        if byte >= 0x20, byte < 0x7F { return String(UnicodeScalar(byte)) }
        let digits = String(byte, radix: 16)
        return "\\x" + (digits.count == 1 ? "0" : "") + digits
    }.joined()
}
