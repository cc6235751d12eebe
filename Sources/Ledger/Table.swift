/// Rows of words of eight bytes, somewhere in the ledger.
package struct Table: Sendable, Equatable {
    /// The number of the first word, counted from the ledger's start.
    let start: Int
    /// Which of the tables it is.
    let number: Int
    package let rows: Int
    /// Words in a row.
    package let width: Int

    /// The number of the first word behind it.
    var end: Int { start + rows * width }

    /// The table that lies right behind this one.
    func following(rows: Int, width: Int) -> Table {
        Table(start: end, number: number + 1, rows: rows, width: width)
    }

    /// The word of the head that counts the rows ever used, so that rows behind them are not read.
    var usedRows: Int { 256 + number }
}
