package import Squashfs

/// The options of `pack`.
package struct PackOptions: Sendable {
    package var roots: [[UInt8]] = []
    package var output: [UInt8] = []
    package var level = 19
    package var blockSize = 262_144
    package var rules = ExclusionRules()
    package var pseudo: [PseudoLine] = []
    package var staysOnFileSystem = false
    package var allRoot = false
    package var sortsByLikeness = false
    package var failsOnChange = false
    /// The most threads that compress at a time.
    package var workers = 1
    /// SOURCE_DATE_EPOCH: no time in the image is later.
    package var latestTime: UInt32?

    package var attributes = AttributeFilter()
    /// The mode of the image; nil for what its contents and an older image of that name permit.
    package var mode: UInt32?

    package init() {}

    /// Whether an attribute goes into the image.
    func keeps(_ attribute: ExtendedAttribute) -> Bool {
        attributes.keeps(attribute) && !(roots.count > 1 && attribute.isMark())
    }

    /// Where a path of the image is in the root that it comes from.
    func source(of path: [UInt8], in root: UInt8) -> [UInt8] {
        let root = roots[Int(root)]
        let separator = path.isEmpty || root.last == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")]
        return root + separator + path
    }
}
