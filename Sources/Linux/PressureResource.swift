/// What the kernel measures stalls for.
package enum PressureResource: String, CaseIterable, Sendable {
    case cpu
    case memory
    case io

    package var path: String {
        switch self {
        case .cpu: "/proc/pressure/cpu"
        case .memory: "/proc/pressure/memory"
        case .io: "/proc/pressure/io"
        }
    }
}
