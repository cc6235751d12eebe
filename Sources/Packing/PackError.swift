package import Squashfs
package import SystemPackage

/// Why no image was made, or read: one sentence for people.
package enum PackError: Error, CustomStringConvertible {
    /// A call of the kernel failed on an object.
    case cannot(String, path: [UInt8], Errno)
    /// The image or the tree is at fault.
    case image(ImageError)
    /// The request does not make sense.
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
