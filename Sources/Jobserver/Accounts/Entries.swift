internal import Vocabulary

/// One open file description.
struct OpenFile {
    let build: Int32
    /// The polls that wait on it: of several processes, where sub-makes inherited it.
    var polls = Chain()
    /// The tokens that were taken through it, by process.
    var takings = Chain()
    var reads = 0
}

/// One waiting read.
struct Read {
    let id: RequestID
    let client: Int32
    let file: Int32
    let age: UInt64
    let since: MonotonicTime
}

/// One waiting poll.
struct Poll {
    let client: Int32
    let file: Int32
    let since: MonotonicTime
}

/// How many of a process' tokens were taken through one file, so that a shell's subshell may return what the
/// shell took.
struct Taking {
    let client: Int32
    /// -1 once the file is closed.
    var file: Int32
    var count = 0
    /// Which of all takings it is.
    let age: UInt64
}

/// Open files, and what belongs to a process and a file: waiting reads, waiting polls, tokens taken.
///
/// It keeps the lists right, but knows no rule.
struct Entries {
    private(set) var files = Slots<OpenFile>()
    private(set) var reads = Slots<Read>()
    private(set) var polls = Slots<Poll>()
    private(set) var takings = Slots<Taking>()
    private var lastTaking: UInt64 = 0
    private var readNumbers: [RequestID: Int32] = [:]
    private var readLinks = Links()
    private var pollLinks = Links()
    private var filePollLinks = Links()
    private var takingLinks = Links()
    private var fileTakingLinks = Links()

    mutating func open(for build: Int32) -> Int32 { files.insert(OpenFile(build: build)) }

    /// Forgets a file on which nobody waits; what was taken through it is still held.
    mutating func close(_ file: Int32) {
        while files[file].takings.first >= 0 {
            let taking = files[file].takings.first
            files[file].takings.remove(taking, &fileTakingLinks)
            takings[taking].file = -1
        }
        files.remove(file)
    }

    // MARK: Reads

    /// The waiting read of that number.
    func read(_ id: RequestID) -> Int32? { readNumbers[id] }

    /// How many reads of a process wait.
    func readCount(of client: Client) -> Int { client.reads.count(readLinks) }

    mutating func add(_ read: Read, to client: inout Client) {
        let index = reads.insert(read)
        readNumbers[read.id] = index
        client.reads.append(index, &readLinks)
        files[read.file].reads += 1
    }

    mutating func remove(read index: Int32, from client: inout Client) {
        readNumbers[reads[index].id] = nil
        client.reads.remove(index, &readLinks)
        files[reads[index].file].reads -= 1
        reads.remove(index)
    }

    // MARK: Polls

    func pollCount(of client: Client) -> Int { client.polls.count(pollLinks) }

    func isPolling(_ client: Client, on file: Int32) -> Bool {
        var poll = client.polls.first
        while poll >= 0, polls[poll].file != file { poll = pollLinks[poll].next }
        return poll >= 0
    }

    mutating func add(_ poll: Poll, to client: inout Client) {
        let index = polls.insert(poll)
        client.polls.append(index, &pollLinks)
        files[poll.file].polls.append(index, &filePollLinks)
    }

    mutating func remove(poll index: Int32, from client: inout Client) {
        client.polls.remove(index, &pollLinks)
        files[polls[index].file].polls.remove(index, &filePollLinks)
        polls.remove(index)
    }

    // MARK: Takings

    mutating func take(_ number: Int32, _ client: inout Client, through file: Int32) {
        var index = taking(of: client, through: file)
        if index < 0 {
            lastTaking += 1
            index = takings.insert(Taking(client: number, file: file, age: lastTaking))
            client.takings.append(index, &takingLinks)
            files[file].takings.append(index, &fileTakingLinks)
        }
        takings[index].count += 1
    }

    /// The process whose token a write through this file returns if the writer holds none: the last one that
    /// began to take tokens through it.
    func lastTaker(through file: Int32) -> Int32? {
        let last = files[file].takings.last
        return last >= 0 ? takings[last].client : nil
    }

    /// One token of the process comes back, if possible one that was taken through this file.
    mutating func release(_ client: inout Client, through file: Int32) {
        var index = taking(of: client, through: file)
        if index < 0 { index = client.takings.first }
        takings[index].count -= 1
        if takings[index].count == 0 { remove(taking: index, from: &client) }
    }

    /// All that the process holds comes back.
    mutating func releaseAll(_ client: inout Client) {
        while client.takings.first >= 0 { remove(taking: client.takings.first, from: &client) }
    }

    private func taking(of client: Client, through file: Int32) -> Int32 {
        var index = client.takings.first
        while index >= 0, takings[index].file != file { index = takingLinks[index].next }
        return index
    }

    private mutating func remove(taking index: Int32, from client: inout Client) {
        client.takings.remove(index, &takingLinks)
        let file = takings[index].file
        if file >= 0 { files[file].takings.remove(index, &fileTakingLinks) }
        takings.remove(index)
    }
}

// MARK: Storing

extension Entries {
    /// The next record that has changed since it was named here last.
    mutating func nextChange() -> PoolChange? {
        if let index = files.nextChange() {
            return .file(index, files.contains(index) ? StoredFile(build: files[index].build) : nil)
        }
        if let index = takings.nextChange() {
            return .taking(index, takings.contains(index) ? StoredTaking(takings[index]) : nil)
        }
        if let index = reads.nextChange() {
            return .read(index, reads.contains(index) ? StoredRead(reads[index]) : nil)
        }
        // Who polls asks again.
        polls.forgetChanges()
        return nil
    }

    mutating func restore(fileOf build: Int32, at index: Int32) {
        files.restore(OpenFile(build: build), at: index, filler: OpenFile(build: -1))
    }

    mutating func restore(_ record: StoredTaking, at index: Int32, _ client: inout Client) {
        let taking = Taking(client: record.client, file: record.file, count: record.count, age: record.age)
        takings.restore(taking, at: index, filler: Taking(client: -1, file: -1, age: 0))
        client.takings.append(index, &takingLinks)
        if record.file >= 0 { files[record.file].takings.append(index, &fileTakingLinks) }
        lastTaking = max(lastTaking, record.age)
    }

    mutating func restore(_ record: StoredRead, at index: Int32, to client: inout Client) {
        let read = Read(
            id: record.id,
            client: record.client,
            file: record.file,
            age: record.age,
            since: record.since
        )
        reads.restore(
            read,
            at: index,
            filler: Read(id: record.id, client: -1, file: -1, age: 0, since: record.since)
        )
        readNumbers[record.id] = index
        client.reads.append(index, &readLinks)
        files[record.file].reads += 1
    }
}

extension StoredTaking {
    fileprivate init(_ taking: Taking) {
        self.init(client: taking.client, file: taking.file, count: taking.count, age: taking.age)
    }
}

extension StoredRead {
    fileprivate init(_ read: Read) {
        self.init(id: read.id, client: read.client, file: read.file, age: read.age, since: read.since)
    }
}
