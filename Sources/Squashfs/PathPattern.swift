/// A pattern for paths.
///
/// With a slash at its head it holds from the root, otherwise at every depth; `**` as a whole part stands for
/// any number of folders; with a slash at its end it matches folders only.
struct PathPattern: Sendable {
    enum Part: Equatable, Sendable {
        case name(Glob)
        /// Any number of folders; at the end of a pattern their contents.
        case folders
    }

    private(set) var parts: [Part] = []
    let wantsFolder: Bool

    /// Reads a pattern; nil when it is empty or one of its parts is incomplete.
    init?(_ text: ArraySlice<UInt8>) {
        let slash = UInt8(ascii: "/")
        wantsFolder = text.last == slash
        if text.first != slash { parts.append(.folders) }
        for part in text.split(separator: slash) {
            if part.elementsEqual("**".utf8) {
                if parts.last != .folders { parts.append(.folders) }
            } else {
                guard let glob = Glob(part) else { return nil }
                parts.append(.name(glob))
            }
        }
        guard parts.contains(where: { $0 != .folders }) else { return nil }
    }
}
