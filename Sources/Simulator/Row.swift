/// One line of the table: a figure under the plain rule and under ours, and what ours must reach.
struct Row {
    let scenario: String
    let measure: String
    let plain: String
    let ours: String
    let target: String
    /// Nil: told for information.
    var isReached: Bool?
}

/// The rows as aligned columns.
func table(_ rows: [Row]) -> String {
    let header = ["scenario", "measure", "plain rule", "ours", "must reach", ""]
    let lines =
        [header]
        + rows.map { row in
            let verdict = row.isReached.map { $0 ? "reached" : "FALLS SHORT" } ?? ""
            return [row.scenario, row.measure, row.plain, row.ours, row.target, verdict]
        }
    let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { line in
        zip(line, widths).map { text, width in text + String(repeating: " ", count: width - text.count) }
            .joined(separator: "  ")
    }.joined(separator: "\n")
}

extension Double {
    /// The number with so many digits after the point.
    func digits(_ count: Int) -> String {
        guard isFinite else { return "-" }
        let scale = (0..<count).reduce(1.0) { product, _ in product * 10 }
        let scaled = Int((magnitude * scale).rounded())
        let fraction = String(scaled % Int(scale) + Int(scale)).dropFirst()
        return (self < 0 ? "-" : "") + "\(scaled / Int(scale))" + (count > 0 ? ".\(fraction)" : "")
    }
}
