/// The right to run one more job at the same time; it gives itself back when it is no longer used.
public struct Token: ~Copyable, Sendable {
    private let jobserver: Jobserver
    private let byte: UInt8

    init(of jobserver: Jobserver, _ byte: UInt8) {
        self.jobserver = jobserver
        self.byte = byte
    }

    /// Gives the token back now.
    public consuming func release() {}

    deinit {
        jobserver.takeBack(byte)
    }
}
