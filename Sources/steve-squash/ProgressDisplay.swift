internal import Linux
internal import Packing

/// Shows people how far a packing is: a bar on a terminal, a line now and then elsewhere.
final class ProgressDisplay {
    private static let lineSeconds: Int64 = 10

    private let isQuiet: Bool
    private let width: Int?
    private var lastLine: Int64 = 0
    private var isShown = false

    init(isQuiet: Bool) {
        self.isQuiet = isQuiet
        width = Terminal.width(of: 2)
    }

    func show(_ progress: PackProgress) {
        guard !isQuiet else { return }
        if let width {
            StandardError.write("\r\u{1B}[K" + Self.bar(progress, width: width))
            isShown = true
        } else if progress.nanoseconds / 1_000_000_000 >= lastLine + Self.lineSeconds {
            lastLine = progress.nanoseconds / 1_000_000_000
            StandardError.write(Self.words(progress) + "\n")
        }
    }

    /// Leaves an empty line to what follows.
    func clear() {
        if isShown { StandardError.write("\r\u{1B}[K") }
    }

    private static func bar(_ progress: PackProgress, width: Int) -> String {
        let words = words(progress)
        let room = width - words.utf8.count - 4
        guard room >= 10 else { return String(words.prefix(max(0, width - 1))) }
        let done = room * progress.percent / 100
        return "[" + String(repeating: "#", count: done) + String(repeating: "-", count: room - done) + "] "
            + words
    }

    private static func words(_ progress: PackProgress) -> String {
        "\(progress.percent)% of \(binarySize(progress.totalBytes)), ratio \(hundredths(progress.ratioPercent))"
            + ", tokens \(progress.tokens), \(progress.secondsLeft.map { "\($0) s left" } ?? "starting")"
    }
}

/// A number of bytes for people.
func binarySize(_ bytes: UInt64) -> String {
    var unit = 0
    var divisor: UInt64 = 1
    while bytes / divisor >= 1024, unit < 4 {
        divisor *= 1024
        unit += 1
    }
    let tenths = bytes / divisor * 10 + bytes % divisor * 10 / divisor
    let name = ["B", "KiB", "MiB", "GiB", "TiB"][unit]
    return unit == 0 ? "\(bytes) B" : "\(tenths / 10).\(tenths % 10) \(name)"
}

/// A percentage as a factor with two digits, `254` as `2.54`.
func hundredths(_ percent: UInt64) -> String {
    let rest = percent % 100
    return "\(percent / 100)." + (rest < 10 ? "0" : "") + "\(rest)"
}
