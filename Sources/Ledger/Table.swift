/// Rows of words of eight bytes, somewhere in the ledger.
package struct Table: Sendable, Equatable {
    /// The number of the first word, counted from the ledger's start.
    let start: Int
    /// Which of the tables it is.
    let number: Int
    package let rows: Int
    /// Words in a row.
    package let width: Int
    /// The word that is 0 in a row that nobody uses; nil: the rows follow those of another table.
    let sign: Int?

    /// The number of the first word behind it.
    var end: Int { start + rows * width }

    /// The table that lies right behind this one.
    func following(rows: Int, width: Int, sign: Int? = nil) -> Table {
        Table(start: end, number: number + 1, rows: rows, width: width, sign: sign)
    }

    /// The word of the head that counts the rows ever used, so that rows behind them are not read.
    var usedRows: Int { 256 + number }
}
