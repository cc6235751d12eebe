/// What sums and deadlines count of a client.
struct ClientFigures {
    let held: Int
    let reserved: Int
    let lent: Int
    let deadline: Deadline?
    let isBusy: Bool

    var holding: Int { held + reserved }

    init(_ client: Client) {
        held = client.held
        reserved = client.reserved
        lent = client.isLending ? 1 : 0
        deadline = client.demand.deadline
        isBusy = client.held > 0 || !client.reads.isEmpty || client.demand.isWish
    }
}
