internal import Linux
internal import SystemPackage
internal import TestKit
internal import Testing

@testable import Wire

/// A terminal at which a test looks and on which it types.
final class TmuxScreen {
    private let shop: Workshop

    /// Runs shell lines on a terminal of that size.
    init(_ shop: Workshop, width: Int, height: Int, _ lines: [String]) throws {
        self.shop = shop
        try shop.folder.write(lines.joined(separator: "\n"), to: "on-screen.sh")
        let size = ["-x", "\(width)", "-y", "\(height)"]
        // As several words: tmux gives a single word to the user's shell, and the user of a service has
        // nologin there.
        let outcome = try tmux(
            ["-f", "/dev/null", "new-session", "-d"] + size + ["sh", shop.folder.path("on-screen.sh")]
        )
        try #require(outcome.end == .exited(0), "\(outcome.errors)")
    }

    /// The visible lines, without blanks at their ends.
    var lines: [String] {
        get throws {
            let text = try tmux(["capture-pane", "-p"]).output
            return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { line in
                String(line.reversed().drop { $0 == " " }.reversed())
            }
        }
    }

    /// The visible text with its colours, as escape sequences.
    var colours: String { get throws { try tmux(["capture-pane", "-p", "-e"]).output } }

    /// Presses keys, which have tmux' names.
    func press(_ keys: String...) throws { _ = try tmux(["send-keys"] + keys) }

    func resize(width: Int, height: Int) throws {
        _ = try tmux(["resize-window", "-x", "\(width)", "-y", "\(height)"])
    }

    /// Whether the terminal soon shows a line like this.
    func shows(_ isIt: (String) -> Bool) throws -> Bool {
        try shop.eventually { try lines.contains(where: isIt) }
    }

    private func tmux(_ words: [String]) throws -> Workshop.Outcome {
        let environment = ["TMUX_TMPDIR": shop.folder.path, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"]
        return try shop.run(["tmux", "-u"] + words, environment: environment)
    }

    deinit { _ = try? tmux(["kill-server"]) }
}
