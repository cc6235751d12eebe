/// A trace as one page for a browser: its data, its style and its script are in it, and it asks nobody for anything.
package enum TracePage {
    /// The whole page.
    package static func text(_ trace: Trace, _ facts: TraceFacts) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>steve: \(facts.path.forHTML)</title>
        <style>\(style)</style>
        <header><h1></h1><p></p></header>
        <canvas id="sums"></canvas>
        <div id="scroller"><div id="space"></div><canvas id="rows"></canvas></div>
        <div id="tip" hidden></div>
        <noscript>This picture is drawn by a script.</noscript>
        <script type="application/json" id="trace">\(data(trace, facts))</script>
        <script>\(script)</script>
        </html>

        """
    }
}

extension String {
    /// The text as it may stand between two tags.
    fileprivate var forHTML: String {
        printable.split(separator: "&", omittingEmptySubsequences: false).joined(separator: "&amp;")
            .split(separator: "<", omittingEmptySubsequences: false).joined(separator: "&lt;")
    }
}
