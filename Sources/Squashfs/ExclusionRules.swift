/// Which paths stay out of an image: one rule a line, the last that matches decides.
///
/// ```text
/// # a comment                 *.a                every static library
/// /usr/src/                   /usr/src and all that is in it
/// /var/tmp/**                 what is in /var/tmp, but not the folder
/// !/usr/lib/firmware/amdgpu/  this stays, although a rule above excludes the folder around it
/// ```
/// What no rule matches shares the fate of its folder. A folder that is excluded stays if something in it
/// does.
package struct ExclusionRules: Sendable {
    package struct Rule: Sendable {
        /// For people.
        package let text: String
        /// Whether it keeps, rather than excludes.
        package let keeps: Bool
        let pattern: PathPattern
    }

    package private(set) var rules: [Rule] = []

    package init() {}

    /// Adds a line; false when it is no valid rule.
    ///
    /// Comments and empty lines add nothing.
    package mutating func add(line: [UInt8]) -> Bool {
        guard let first = line.first, first != UInt8(ascii: "#") else { return true }
        let keeps = first == UInt8(ascii: "!")
        guard let pattern = PathPattern(keeps ? line.dropFirst() : line[...]) else { return false }
        rules.append(Rule(text: printable(line), keeps: keeps, pattern: pattern))
        return true
    }
}

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
