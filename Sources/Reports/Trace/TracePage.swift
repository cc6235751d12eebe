internal import Wire

/// A trace as one page for a browser, which contains its data, its style and its script, and needs no
/// network.
package enum TracePage {
    /// The whole page.
    package static func text(_ trace: Trace, _ facts: TraceFacts) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>steve: \(Escaping.html(facts.path))</title>
        <style>\(own(PackageResources.page_css))</style>
        <header><h1></h1><p></p></header>
        <canvas id="sums"></canvas>
        <div id="scroller"><div id="space"></div><canvas id="rows"></canvas></div>
        <div id="tip" hidden></div>
        <noscript>This picture is drawn by a script.</noscript>
        <script type="application/json" id="trace">\(data(trace, facts))</script>
        <script>\(own(PackageResources.page_js))</script>
        </html>

        """
    }

    /// A file beside this one, which the build embeds.
    private static func own(_ file: [UInt8]) -> String { String(decoding: file, as: UTF8.self) }
}
