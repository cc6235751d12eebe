internal import Wire

/// The contents of DISTCC_HOSTS or of a file of hosts, as far as tokens are concerned (distcc(1), HOST
/// SPECIFICATIONS).
package struct DistccHosts: Equatable, Sendable {
    /// How many jobs the hosts other than this one take at once.
    package private(set) var slots = 0
    /// This machine is among them.
    package private(set) var hasLocal = false
    /// How many sources are preprocessed here at once.
    package private(set) var preprocessors = 8
    /// Hosts that are found by zeroconf, in unknown number.
    package private(set) var isOpen = false

    package init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            for word in line.prefix(while: { $0 != "#" }).split(whereSeparator: \.isWhitespace) {
                add(String(word))
            }
        }
    }

    private mutating func add(_ word: String) {
        if word.hasPrefix("--localslots_cpp=") {
            preprocessors = Int(word.dropFirst("--localslots_cpp=".count)) ?? preprocessors
        } else if word == "+zeroconf" {
            isOpen = true
        } else if !word.hasPrefix("-"), !word.hasPrefix("+") {
            // HOST, HOST:PORT, USER@HOST:COMMAND, each with /LIMIT and ,OPTIONS behind.
            let parts = word.prefix { $0 != "," }.split(separator: "/", maxSplits: 1)
            guard let host = parts.first else { return }
            if ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host) {
                hasLocal = true
            } else {
                slots += parts.count > 1 ? Int(parts[1]) ?? 4 : 4
            }
        }
    }
}
