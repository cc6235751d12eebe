/// The number of a device node.
///
/// ```text
/// 31          20 19    8 7      0
/// | minor's high | major | minor |
/// ```
package struct DeviceNumber: Equatable, Sendable {
    package let major: UInt32
    package let minor: UInt32

    package init(major: UInt32, minor: UInt32) {
        self.major = major
        self.minor = minor
    }

    package init(packed: UInt32) {
        major = packed >> 8 & 0xFFF
        minor = packed & 0xFF | packed >> 12 & 0xFFF00
    }

    package var packed: UInt32 { minor & 0xFF | (major & 0xFFF) << 8 | (minor & 0xFFF00) << 12 }
}
