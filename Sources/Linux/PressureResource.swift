/// What the kernel measures stalls for.
package enum PressureResource: String, CaseIterable, Sendable {
    case cpu
    case memory
    case io
}
