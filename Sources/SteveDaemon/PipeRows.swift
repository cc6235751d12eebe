internal import Vocabulary
internal import Jobserver
internal import Ledger

/// The numbers of the processes at a pipe and of their builds.
///
/// A pipe has no pool to give them; their rows in the ledger are as a pool would have left them.
struct PipeRows {
    private var clients: Set<Int32> = []
    /// By build, how many of the processes are its.
    private var members: [Int32: Int] = [:]
    private var lastProcess = 0
    private let ledger: ServerLedger

    init(_ ledger: ServerLedger) {
        self.ledger = ledger
    }

    /// Goes on with the numbers that another server had given.
    mutating func restore(_ records: PoolRecords) {
        clients = Set(records.clients.keys)
        for record in records.clients.values { members[record.build, default: 0] += 1 }
        lastProcess = records.counters.process
    }

    mutating func welcome(_ newcomer: Newcomer) -> Account {
        let build = newcomer.build?.index ?? begin(newcomer)
        members[build, default: 0] += 1
        let client = Self.free { clients.contains($0) }
        clients.insert(client)
        lastProcess = lastProcess % TokenEvent.largestProcess + 1
        let never = MonotonicTime(nanoseconds: 0)
        let record = StoredClient(build: build, process: lastProcess, isLending: false, since: never)
        ledger.stage(record, Int(client))
        var counters = StoredCounters()
        counters.process = lastProcess
        ledger.stage(counters)
        return Account(client, record)
    }

    private func begin(_ newcomer: Newcomer) -> Int32 {
        let build = Self.free { members[$0] != nil }
        ledger.stage(StoredBuild(weight: newcomer.weight, served: 0), Int(build))
        return build
    }

    /// A process is gone.
    ///
    /// True: so is its build now.
    mutating func left(_ client: ClientID, of build: BuildID) -> Bool {
        clients.remove(client.index)
        ledger.stage(nil as StoredClient?, Int(client.index))
        let others = members[build.index, default: 1] - 1
        members[build.index] = others > 0 ? others : nil
        if others <= 0 { ledger.stage(nil as StoredBuild?, Int(build.index)) }
        return others <= 0
    }

    private static func free(_ isTaken: (Int32) -> Bool) -> Int32 {
        var number: Int32 = 0
        while isTaken(number) { number += 1 }
        return number
    }
}
