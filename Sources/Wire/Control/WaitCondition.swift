/// What somebody waits for who asks the daemon to say when it is so.
public struct WaitCondition: Equatable, Sendable {
    /// So many tokens could be granted, as `status` counts them.
    public var free: Int?
    /// Nothing is held.
    public var idle: Bool

    /// A condition that holds when all of its parts do.
    public init(free: Int? = nil, idle: Bool = false) {
        self.free = free
        self.idle = idle
    }

    /// Whether it holds with so many tokens free and so many out.
    package func holds(free count: Int, out: Int) -> Bool { count >= free ?? .min && (!idle || out <= 0) }
}
