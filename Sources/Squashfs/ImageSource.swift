/// An image's bytes.
package protocol ImageSource: AnyObject {
    /// How many there are.
    var size: UInt64 { get }
    /// Exactly `count` bytes from `position`.
    func read(at position: UInt64, count: Int) throws(ImageError) -> [UInt8]
}
