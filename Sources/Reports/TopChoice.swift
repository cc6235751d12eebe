internal import Wire

/// What the user has chosen by the keys of `stevectl top`.
package struct TopChoice: Equatable, Sendable {
    /// Which builds come first.
    package enum Order: String, CaseIterable, Sendable {
        case tokens, waiting, name
    }

    /// What a key asks for besides another picture.
    package enum Action: Equatable, Sendable {
        case quit
        /// Change the limit by this many tokens.
        case changeLimit(by: Int)
    }

    package private(set) var order = Order.tokens
    /// Only builds with this in their label.
    package private(set) var filter = ""
    /// Whether keys go into the filter.
    package private(set) var isTyping = false
    /// Whether processes are listed under their builds.
    package private(set) var isVerbose = false

    package init() {}

    /// Keys as the terminal sends them, those of one read together.
    package mutating func press(_ keys: [UInt8]) -> [Action] {
        // Arrows and function keys are an escape with letters behind it.
        guard keys.count == 1 || keys.first != 0x1B else { return [] }
        return keys.compactMap { isTyping ? type($0) : press($0) }
    }

    private mutating func press(_ key: UInt8) -> Action? {
        switch Unicode.Scalar(key) {
        case "q": return .quit
        case "+", "=": return .changeLimit(by: 1)
        case "-": return .changeLimit(by: -1)
        case "s":
            order = Order.allCases[((Order.allCases.firstIndex(of: order) ?? 0) + 1) % Order.allCases.count]
        case "v": isVerbose.toggle()
        case "/": (isTyping, filter) = (true, "")
        case "\u{1B}": filter = ""
        default: break
        }
        return nil
    }

    private mutating func type(_ key: UInt8) -> Action? {
        switch key {
        case 0x0A, 0x0D: isTyping = false
        case 0x1B: (isTyping, filter) = (false, "")
        case 0x08, 0x7F: filter = String(filter.dropLast())
        case 0x20...0x7E where filter.utf8.count < 64: filter.unicodeScalars.append(Unicode.Scalar(key))
        default: break
        }
        return nil
    }

    /// The builds to be shown, in their order.
    func chosen(of builds: [StatusReport.Build]) -> [StatusReport.Build] {
        let matching = filter.isEmpty ? builds : builds.filter { $0.name.contains(filter) }
        switch order {
        case .tokens: return matching
        case .waiting: return matching.sorted { ($0.since ?? -1, $1.name) > ($1.since ?? -1, $0.name) }
        case .name: return matching.sorted { $0.name < $1.name }
        }
    }
}
