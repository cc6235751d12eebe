@testable import Jobserver

/// The pool's books, kept a second time in the plainest way.
///
/// It learns what the pool answers, says what may not be, and for blocking reads alone foretells the next grant.
struct NaiveModel {
    struct Reader {
        let request: RequestID
        let party: Party
        /// When it came, counted in requests and grants.
        let age: Int
    }

    /// A poll that was told no and has not been woken since.
    struct Poller: Hashable {
        let client: ClientID
        let file: FileID
    }

    var limits: Limits
    var admitted = Int.max
    /// Every process by each file that it has.
    var alive: [Party] = []
    var held: [ClientID: Int] = [:]
    var lenders: Set<ClientID> = []
    var weights: [BuildID: Double] = [:]
    var openFiles: [FileID: BuildID] = [:]
    /// Requests and grants so far, and which was the last grant of each build.
    var moment = 0
    var served: [BuildID: Int] = [:]
    /// Waiting reads, oldest first.
    var readers: [Reader] = []
    var pollers: Set<Poller> = []

    var out: Int { held.values.reduce(0, +) }
    var free: Int { limits.jobs + lenders.count - out }

    mutating func park(_ request: RequestID, _ party: Party) {
        moment += 1
        readers.append(Reader(request: request, party: party, age: moment))
    }

    mutating func charge(_ client: ClientID) {
        moment += 1
        if let build = alive.first(where: { $0.client == client })?.build { served[build] = moment }
        guard lenders.remove(client) == nil else { return }
        held[client, default: 0] += 1
    }

    mutating func forget(_ party: Party) {
        alive.removeAll { $0.client == party.client }
        readers.removeAll { $0.party.client == party.client }
        pollers = pollers.filter { $0.client != party.client }
        held[party.client] = nil
        lenders.remove(party.client)
    }

    mutating func close(_ file: FileID) {
        openFiles[file] = nil
        readers.removeAll { $0.party.file == file }
        pollers = pollers.filter { $0.file != file }
    }

    /// Whose turn it is, looked up among all who wait; nil: nobody may have a token now.
    func nextReader() -> Reader? {
        let eligible = readers.indices.filter { isEligible(readers[$0].party) }
        let seniors = Dictionary(grouping: eligible) { readers[$0].party.build }
            .compactMap { build, members in
                members.min { rank($0) < rank($1) }.map { (share: share(of: build), index: $0) }
            }
        return seniors.min { ($0.share, turn($0.index)) < ($1.share, turn($1.index)) }.map {
            readers[$0.index]
        }
    }

    /// Whether the read may be granted though its turn has not come: it ends a loan, which lets nothing out.
    func mayEndItsLoan(_ reader: Reader) -> Bool {
        guard lenders.contains(reader.party.client) else { return false }
        let isKept = holding(of: reader.party.build) > 0 && Set(openFiles.values).count > 1
        return free > (isKept ? limits.reserve : 0)
    }

    /// Since when the read's build waits for its turn: from the read, or from the build's last grant.
    private func turn(_ index: Int) -> Int {
        max(readers[index].age, served[readers[index].party.build, default: 0])
    }

    private func rank(_ index: Int) -> (Int, Int) {
        let client = readers[index].party.client
        // The oldest of the process' own reads says how long it waits.
        let oldest = readers.firstIndex { $0.party.client == client } ?? index
        return (held[client, default: 0], oldest)
    }

    private func isEligible(_ party: Party) -> Bool {
        let holding = holding(of: party.build)
        if limits.perProcess > 0, held[party.client, default: 0] >= limits.perProcess { return false }
        if limits.perBuild > 0, holding >= limits.perBuild { return false }
        let room = min(free, max(limits.minJobs, admitted) - out)
        let connected = Set(openFiles.values)
        guard room > 0, holding > 0, connected.count > 1 else { return room > 0 }
        guard free > limits.reserve else { return false }
        let weight = connected.reduce(0) { $0 + weights[$1, default: 1] }
        return room > limits.reserve || share(of: party.build) < Double(out + room) / weight
    }

    private func holding(of build: BuildID) -> Int {
        let members = Set(alive.lazy.filter { $0.build == build }.map(\.client))
        return members.reduce(0) { $0 + held[$1, default: 0] }
    }

    private func share(of build: BuildID) -> Double {
        Double(holding(of: build)) / weights[build, default: 1]
    }
}
