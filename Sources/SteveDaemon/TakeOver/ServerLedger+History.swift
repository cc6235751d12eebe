internal import Vocabulary
internal import Jobserver
internal import Ledger
internal import Wire

/// The history: the words of the trace's ring, the commands of the clients, and the processes that have
/// ended.
extension ServerLedger: EventWords {
    package var room: Int { layout.events.rows }

    package subscript(place: Int) -> UInt64 {
        get { self[layout.events, place, 0] }
        set { put(newValue, layout.events, place) }
    }

    /// How far the ring has come.
    func stage(_ span: EventSpan) {
        guard UInt64(span.end) != self[layout.trace, 0, 0] else { return }
        stage(UInt64(span.end), layout.trace, 0, 0)
        stage(span.beginning, from: 1)
        stage(span.now, from: 5)
    }

    private func stage(_ state: EventState, from word: Int) {
        let words: [4 of UInt64] = [
            UInt64(bitPattern: state.time),
            UInt64(state.limit),
            UInt64(state.gate),
            UInt64(state.out),
        ]
        stageChanges(words.span, layout.trace, 0, from: word)
    }

    /// What a client is called while it lives.
    func stage(command: String, of process: KnownProcess) {
        let row = Int(process.client.index)
        stage(word(process.dispatcher, process.user), layout.commands, row, 0)
        stage(Self.cut(command, Self.commandBytes).utf8, layout.commands, row, from: 1)
    }

    /// Stores a process that has ended in a row; `count` is the number of all that have.
    func stage(ended process: TraceProcess, user: UInt32, in row: Int, count: Int) {
        stage(UInt64(process.number), layout.ended, row, 0)
        stage(UInt64(UInt32(truncatingIfNeeded: process.pid)), layout.ended, row, 1)
        let dispatcher = process.dispatcher.map { ProcessID(Int32(truncatingIfNeeded: $0)) }
        stage(word(dispatcher, user), layout.ended, row, 2)
        stage(process.build.utf8, layout.ended, row, from: 3)
        stage(process.command.utf8, layout.ended, row, from: 3 + 1 + Self.labelBytes / 8)
        stage(UInt64(count), layout.trace, 0, 9)
    }

    /// How much of a label and of a command line is kept, of living processes too, because a build has one
    /// label.
    static let labelBytes = 104
    static let commandBytes = 120

    /// As much of a text as fits.
    static func cut(_ text: String, _ bytes: Int) -> String {
        // Not by characters: marks upon marks are one, however long.
        var text = text
        while text.utf8.count > bytes { text.unicodeScalars.removeLast() }
        return text
    }

    private func word(_ dispatcher: ProcessID?, _ user: UInt32) -> UInt64 {
        UInt64(UInt32(bitPattern: dispatcher?.number ?? 0)) | UInt64(user) << 32
    }

    // MARK: Reading

    /// How far the ring of another server had come.
    var span: EventSpan {
        var span = EventSpan()
        span.end = Int(clamping: self[layout.trace, 0, 0])
        span.beginning = state(from: 1)
        span.now = state(from: 5)
        return span
    }

    private func state(from word: Int) -> EventState {
        EventState(
            time: Int64(bitPattern: self[layout.trace, 0, word]),
            limit: Int(clamping: self[layout.trace, 0, word + 1]),
            gate: Int(clamping: self[layout.trace, 0, word + 2]),
            out: Int(clamping: self[layout.trace, 0, word + 3])
        )
    }

    /// How many processes have ended.
    var endedCount: Int { Int(clamping: self[layout.trace, 0, 9]) }

    /// The process that has ended in this row, and its user; nil: there is none yet.
    func ended(_ row: Int) -> (process: TraceProcess, user: UInt32)? {
        let number = Int(clamping: self[layout.ended, row, 0])
        guard number > 0 else { return nil }
        let (dispatcher, user) = dispatcher(layout.ended, row, 2)
        let process = TraceProcess(
            number: number,
            pid: Int(UInt32(truncatingIfNeeded: self[layout.ended, row, 1])),
            build: string(layout.ended, row, from: 3),
            command: string(layout.ended, row, from: 3 + 1 + Self.labelBytes / 8),
            dispatcher: dispatcher
        )
        return (process, user)
    }

    /// A client that ended while no server ran.
    func late(_ account: Account, build: String) -> (process: TraceProcess, user: UInt32) {
        let (dispatcher, user) = dispatcher(layout.commands, Int(account.client.index), 0)
        let process = TraceProcess(
            number: account.number,
            pid: pid(of: account.client).map { Int($0.number) } ?? 0,
            build: Self.cut(build, Self.labelBytes),
            command: string(layout.commands, Int(account.client.index), from: 1),
            dispatcher: dispatcher
        )
        return (process, user)
    }

    private func dispatcher(_ table: Table, _ row: Int, _ word: Int) -> (dispatcher: Int?, user: UInt32) {
        let value = self[table, row, word]
        let pid = Int(UInt32(truncatingIfNeeded: value))
        return (pid == 0 ? nil : pid, UInt32(truncatingIfNeeded: value >> 32))
    }

    private func string(_ table: Table, _ row: Int, from word: Int) -> String {
        String(decoding: text(table, row, from: word), as: UTF8.self)
    }
}
