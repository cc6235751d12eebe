internal import Wire

/// Rows under headings, aligned with blanks.
///
/// The last column is cut to the width that is left.
struct TextTable {
    /// Numbers stand to the right, words to the left.
    enum Side {
        case left
        case right
    }

    private let columns: [(heading: String, side: Side)]
    private var rows: [[String]] = []

    init(_ columns: [(heading: String, side: Side)]) {
        self.columns = columns
    }

    /// One cell for each column.
    mutating func add(_ cells: [String]) {
        rows.append(cells.map(\.printable))
    }

    /// The lines, headings first, none wider than `width` if that is possible at all.
    func lines(width: Int) -> [String] {
        let all = [columns.map(\.heading)] + rows
        let widths = columns.indices.map { column in all.map { $0[column].columns }.max() ?? 0 }
        return all.map { row in
            let cells = columns.indices.map { pad(row[$0], to: widths[$0], $0) }
            return cells.joined(separator: "  ").cut(to: width)
        }
    }

    private func pad(_ cell: String, to width: Int, _ column: Int) -> String {
        let blanks = String(repeating: " ", count: width - cell.columns)
        switch columns[column].side {
        case .right: return blanks + cell
        case .left: return column == columns.indices.last ? cell : cell + blanks
        }
    }
}
