internal import CLinux

/// Changes that are made together or not at all.
///
/// New values are written beside the old ones, declared valid by one store, then copied to their places. They
/// are absolute, so copying twice does no harm.
extension ServerLedger {
    /// Changes a word with the next `commit`.
    ///
    /// Of several changes of one place the last one counts.
    package func stage(_ value: UInt64, _ table: Table, _ row: Int, _ word: Int) {
        guard row < table.rows else { return miss(value, table, row, word) }
        use(table, row)
        stage(value, at: place(table, row, word))
    }

    /// Changes a word with the next `commit`, if it differs from what the last complete transaction left
    /// there.
    ///
    /// Only for words that no other function stages.
    package func stageChange(_ value: UInt64, _ table: Table, _ row: Int, _ word: Int) {
        guard row < table.rows else { return miss(value, table, row, word) }
        use(table, row)
        let place = place(table, row, word)
        if self[place: place] != value { stage(value, at: place) }
    }

    /// The same of several words, from that one on: each token changes some thirty.
    package func stageChanges(_ values: Span<UInt64>, _ table: Table, _ row: Int, from word: Int = 0) {
        guard row < table.rows else {
            for index in values.indices { miss(values[index], table, row, word + index) }
            return
        }
        use(table, row)
        let start = place(table, row, word)
        precondition(word + values.count <= table.width, "no such words in the ledger")
        for index in values.indices where self[place: start + index] != values[index] {
            stage(values[index], at: start + index)
        }
    }

    /// Changes a word of the head with the next `commit`.
    package func stage(_ value: UInt64, _ word: Word) { stage(value, at: word.rawValue) }

    /// Changes a word at once, in a row that does not count before a transaction says so.
    package func put(_ value: UInt64, _ table: Table, _ row: Int) {
        self[place: place(table, row, 0)] = value
    }

    /// Whether `commit` has anything to do.
    package var isStaged: Bool { staged > 0 || outboxEnd > 0 }

    /// The rows of a table that may be in use.
    package func rows(_ table: Table) -> Range<Int> { 0..<min(table.rows, Int(self[place: table.usedRows])) }

    private func use(_ table: Table, _ row: Int) {
        if self[place: table.usedRows] <= row { self[place: table.usedRows] = UInt64(row + 1) }
    }

    private func stage(_ value: UInt64, at place: Int) {
        // So many words are not in all tables together.
        guard staged < layout.redo.rows else { return missChange() }
        self[place: layout.redo.start + 2 * staged] = UInt64(place)
        self[place: layout.redo.start + 2 * staged + 1] = value
        staged += 1
    }

    /// Makes the staged changes true, answers included.
    package func commit() {
        prepare()
        declare()
        apply()
        finish()
    }

    /// The steps of a commit, each of one or more stores; tests stop between any two.
    func prepare() {
        if outboxEnd > 0 { stage(UInt64(outboxEnd), .outboxBytes) }
    }

    func declare() { self[.redoCount] = UInt64(staged) }

    func apply() {
        for entry in 0..<Int(self[.redoCount]) { apply(entry) }
    }

    func apply(_ entry: Int) {
        let place = Int(truncatingIfNeeded: self[place: layout.redo.start + 2 * entry])
        guard place >= 0, place < layout.redo.start else { return }
        self[place: place] = self[place: layout.redo.start + 2 * entry + 1]
    }

    func finish() {
        self[.redoCount] = 0
        staged = 0
    }

    /// Repeats what a server that died had declared, and forgets what it had not.
    package func recover() {
        if self[.redoCount] <= UInt64(layout.redo.rows) { apply() }
        finish()
        outboxEnd = Int(self[.outboxBytes])
    }

    // MARK: Texts

    /// Puts a text into a row, cut where the row ends: its length, then its bytes.
    package func stage(_ text: some Collection<UInt8>, _ table: Table, _ row: Int, from word: Int = 0) {
        let bytes = text.prefix((table.width - word - 1) * 8)
        stage(UInt64(bytes.count), table, row, word)
        var (value, count) = (UInt64(0), 0)
        for byte in bytes {
            value |= UInt64(byte) << UInt64(8 * (count % 8))
            count += 1
            guard count % 8 == 0 || count == bytes.count else { continue }
            stage(value, table, row, word + (count + 7) / 8)
            value = 0
        }
    }

    /// The text in a row.
    package func text(_ table: Table, _ row: Int, from word: Int = 0) -> [UInt8] {
        let count = min(Int(clamping: self[table, row, word]), (table.width - word - 1) * 8)
        return (0..<count).map { index in
            UInt8(truncatingIfNeeded: self[table, row, word + 1 + index / 8] >> UInt64(8 * (index % 8)))
        }
    }
}
