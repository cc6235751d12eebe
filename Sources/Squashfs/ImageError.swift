/// Why an image cannot be written or read.
package enum ImageError: Error, CustomStringConvertible {
    /// The image contradicts itself or its format.
    case corrupt(String)
    /// The image is whole, but uses something that this program does not read.
    case unsupported(String)
    /// The tree has something that the format cannot hold.
    case tooLarge(String)
    /// The image's bytes cannot be read.
    case unreadable(String)

    package var description: String {
        switch self {
        case .corrupt(let what): "the image is damaged: \(what)"
        case .unsupported(let what): "the image cannot be read by this program: \(what)"
        case .tooLarge(let what): "the tree does not fit into a squashfs image: \(what)"
        case .unreadable(let what): what
        }
    }
}
