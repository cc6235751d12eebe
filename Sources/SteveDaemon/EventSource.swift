internal import Vocabulary

/// The receiver of an event of the loop, packed into the key that epoll keeps.
enum EventSource: Equatable {
    /// The device's or the pipe's own descriptor.
    case tokens
    case signals
    case control
    /// The keeper's end.
    case keeper
    case process(pid: ProcessID)

    var key: UInt64 {
        switch self {
        case .tokens: 0
        case .signals: 1 << 32
        case .control: 2 << 32
        case .keeper: 4 << 32
        case .process(let pid): 3 << 32 | UInt64(UInt32(bitPattern: pid.number))
        }
    }

    init?(key: UInt64) {
        let value = UInt32(truncatingIfNeeded: key)
        switch key >> 32 {
        case 0: self = .tokens
        case 1: self = .signals
        case 2: self = .control
        case 3: self = .process(pid: ProcessID(Int32(bitPattern: value)))
        case 4: self = .keeper
        default: return nil
        }
    }
}
