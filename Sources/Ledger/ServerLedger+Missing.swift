/// What a server remembers and the ledger has no room for.
///
/// While there is anything of it, nobody can go on from the ledger. A user may open the device as often as
/// they like: when they have closed it again, all is as before.
struct Missing {
    /// By table and number, the rows in use that the table does not have, and those whose text was cut.
    fileprivate var rows: Set<UInt64> = []
    /// An answer of this turn had no room among the promised ones.
    fileprivate var answer = false
    /// A change was lost, and nobody knows of which word.
    fileprivate var change = false

    fileprivate var isAnything: Bool { !rows.isEmpty || answer || change }
}

extension ServerLedger {
    /// Whether nobody could take over now.
    package var isIncomplete: Bool { self[.isIncomplete] != 0 }

    /// A word of a row that the table does not have.
    func miss(_ value: UInt64, _ table: Table, _ row: Int, _ word: Int) {
        if word == table.sign { miss(value != 0, table, row) }
    }

    /// Notes whether something of a row is missing.
    package func miss(_ isMissing: Bool, _ table: Table, _ row: Int) {
        guard isMissing || !missing.rows.isEmpty else { return }
        let key = UInt64(table.number) << 32 | UInt64(row)
        if isMissing { missing.rows.insert(key) } else if missing.rows.remove(key) == nil { return }
        noteMissing()
    }

    /// An answer could not be promised, or all answers of the turn have been given.
    func missAnswer(_ isMissing: Bool) {
        guard missing.answer != isMissing else { return }
        missing.answer = isMissing
        noteMissing()
    }

    /// A change could not be put down.
    func missChange() {
        missing.change = true
        self[.isIncomplete] = 1
    }

    /// At once when something is missing; when nothing is any more, with the transaction that makes it so.
    private func noteMissing() {
        if missing.isAnything { self[.isIncomplete] = 1 }
        stage(missing.isAnything ? 1 : 0, .isIncomplete)
    }
}
