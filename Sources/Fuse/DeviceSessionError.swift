package import SystemPackage

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
