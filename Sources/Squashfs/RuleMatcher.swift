/// All rules at once, as a tree of their parts: a name costs a few look-ups, however many rules there are and
/// however deep its folder is.
package struct RuleMatcher: Sendable {
    /// Where a folder stands in the rules: the parts that the names in it may match next.
    package struct Place: Sendable {
        fileprivate let states: [Int]
        /// Whether a rule could keep something below the folder.
        package let mayKeep: Bool
    }

    /// Rules that end at a state; of several the last one counts.
    private struct Ends {
        private var any = -1
        private var folders = -1

        mutating func add(_ rule: Int, wantsFolder: Bool) {
            if wantsFolder { folders = rule } else { any = rule }
        }

        func last(isFolder: Bool) -> Int { isFolder ? max(any, folders) : any }
    }

    private struct State {
        var names: [ArraySlice<UInt8>: Int] = [:]
        var globs = GlobIndex()
        /// The state for `**` after this one; 0 when there is none.
        var folders = 0
        /// Whether it is such a state: it holds for all that is below.
        let repeats: Bool
        var ends = Ends()
        /// For `**` at the end of a rule: the folder's contents.
        var endsInside = Ends()
        var mayKeep = false
    }

    private var states = [State(repeats: false)]
    private let hasRules: Bool

    package init(_ rules: ExclusionRules) {
        hasRules = !rules.rules.isEmpty
        for (number, rule) in rules.rules.enumerated() { add(rule, number) }
    }

    private mutating func add(_ rule: ExclusionRules.Rule, _ number: Int) {
        var state = 0
        for part in rule.pattern.parts {
            if rule.keeps { states[state].mayKeep = true }
            switch part {
            case .folders: state = self.folders(after: state)
            case .name(let glob): state = next(after: state, glob)
            }
        }
        let wantsFolder = rule.pattern.wantsFolder
        guard states[state].repeats else { return states[state].ends.add(number, wantsFolder: wantsFolder) }
        states[state].endsInside.add(number, wantsFolder: wantsFolder)
        if rule.keeps { states[state].mayKeep = true }
    }

    private mutating func folders(after state: Int) -> Int {
        if states[state].folders == 0 {
            states[state].folders = states.count
            states.append(State(repeats: true))
        }
        return states[state].folders
    }

    private mutating func next(after state: Int, _ glob: Glob) -> Int {
        let known = glob.literal.map { states[state].names[$0[...]] } ?? states[state].globs[glob]
        if let known { return known }
        let new = states.count
        states.append(State(repeats: false))
        if let name = glob.literal {
            states[state].names[name[...]] = new
        } else {
            states[state].globs.add(glob, new)
        }
        return new
    }

    /// Where the root folder stands.
    package var root: Place { place([0]) }

    private func place(_ reached: [Int]) -> Place {
        var all: Set<Int> = []
        for state in reached {
            all.insert(state)
            if states[state].folders != 0 { all.insert(states[state].folders) }
        }
        return Place(states: Array(all), mayKeep: all.contains { states[$0].mayKeep })
    }

    /// The number of the rule that decides about a name in a folder, nil when none matches.
    package func decision(on name: [UInt8], isFolder: Bool, in place: Place) -> Int? {
        guard hasRules else { return nil }
        var last = -1
        forEachState(after: place, name) { state, isInside in
            let ends = isInside ? states[state].endsInside : states[state].ends
            last = max(last, ends.last(isFolder: isFolder))
        }
        return last < 0 ? nil : last
    }

    /// Where a folder in a folder stands.
    package func place(of name: [UInt8], in place: Place) -> Place {
        guard hasRules else { return place }
        var reached: [Int] = []
        forEachState(after: place, name) { state, _ in reached.append(state) }
        return self.place(reached)
    }

    private func forEachState(after place: Place, _ name: [UInt8], _ visit: (Int, Bool) -> Void) {
        for state in place.states {
            if states[state].repeats { visit(state, true) }
            if let next = states[state].names[name[...]] { visit(next, false) }
            states[state].globs.forEach(matching: name[...]) { visit($0, false) }
        }
    }
}
