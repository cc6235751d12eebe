/// The pair of numbers that names a device to the kernel.
package struct DeviceNumber: Hashable, Sendable {
    package let major: UInt32
    package let minor: UInt32

    package init(major: UInt32, minor: UInt32) {
        self.major = major
        self.minor = minor
    }

    /// Reads `MAJOR:MINOR`, as the files called `dev` in /sys have it.
    package init?(parsing text: Span<UInt8>) {
        guard let major: UInt32 = text.integer(at: 0),
            let colon = text.firstIndex(of: UInt8(ascii: ":")),
            let minor: UInt32 = text.integer(at: colon + 1)
        else { return nil }
        self.init(major: major, minor: minor)
    }

    /// What opens CUSE itself.
    package static let cuse = DeviceNumber(major: 10, minor: 203)
}
