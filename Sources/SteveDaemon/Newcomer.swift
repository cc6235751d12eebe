internal import Vocabulary
internal import Jobserver

/// A process that is seen for the first time, as /proc shows it.
struct Newcomer {
    let pid: ProcessID
    /// Its parent, if that still lives.
    let parent: ProcessID?
    /// The user as whom it runs.
    let user: UInt32
    let command: String
    /// The process of the dispatcher whose package it builds.
    let dispatcher: ProcessID?
    /// How its build is identified; nil: another server knew, and nobody does any more.
    let identity: BuildIdentity?
    /// Its build, if that is known already.
    let build: BuildID?
    /// The weight of its build, and its dispatcher, if the build is new.
    var weight = 1.0
    var dispatcherBuild: BuildID?
    var title = ""
}

/// The numbers under which a process is booked: its own, its build's, and that in the history.
struct Account {
    let client: ClientID
    let build: BuildID
    let number: Int

    init(client: ClientID, build: BuildID, number: Int) {
        (self.client, self.build, self.number) = (client, build, number)
    }

    /// The account that another server had in that row.
    init(_ row: Int32, _ record: StoredClient) {
        self.init(
            client: ClientID(index: row),
            build: BuildID(record: record.build),
            number: record.process
        )
    }
}

extension TokenPool {
    /// An account for a process of that build.
    mutating func account(in build: BuildID) -> Account {
        let client = connect(in: build)
        return Account(client: client, build: build, number: processNumber(of: client))
    }
}
