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

/// How many of a process' tokens were taken through one file: so that a shell's subshell may give back what the shell
/// took.
struct Taking {
    let client: Int32
    /// -1 once the file is closed.
    var file: Int32
    var count = 0
}

/// Open files, and what belongs to a process and a file: waiting reads, waiting polls, tokens taken.
///
/// It keeps the lists right, and knows no rule.
struct Entries {
    private(set) var files = Slots<OpenFile>()
    private(set) var reads = Slots<Read>()
    private(set) var polls = Slots<Poll>()
    private(set) var takings = Slots<Taking>()
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
            index = takings.insert(Taking(client: number, file: file))
            client.takings.append(index, &takingLinks)
            files[file].takings.append(index, &fileTakingLinks)
        }
        takings[index].count += 1
    }

    /// Whose token a write through this file gives back when the writer holds none: his who was the last to take through it
    /// without having taken before.
    func lastTaker(through file: Int32) -> Int32? {
        let last = files[file].takings.last
        return last >= 0 ? takings[last].client : nil
    }

    /// One token of the process comes back: one that was taken through this file, if there is one.
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
