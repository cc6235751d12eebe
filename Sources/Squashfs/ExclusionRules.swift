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
