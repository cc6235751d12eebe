/// What a client does in one round.
enum Exchange: String, CaseIterable {
    case pair = "a token taken and returned"
    case refusal = "a nonblocking read of an empty pool"
    case waiting = "a read that waits for somebody's return"
    case interrupt = "a waiting read that is interrupted"
    case poll = "a poll that is told of a return"
    case reopening = "an open file's life"

    /// How many blocks libfuse itself allocates in a round.
    var blocksOfLibfuse: Int {
        switch self {
        case .refusal: 1
        case .pair, .waiting, .interrupt, .reopening: 2
        case .poll: 4
        }
    }
}
