internal import Linux
internal import Squashfs

/// What rules leave out of an image, and how much that saves.
package struct ExclusionSurvey {
    /// Names and the bytes of their files; a file with several names counts once.
    package struct Amount: Sendable {
        package var names = 0
        package var bytes: UInt64 = 0

        fileprivate mutating func add(_ more: UInt64) {
            names += 1
            // No disk has so much, but sparse files claim it.
            bytes = bytes.addingReportingOverflow(more).overflow ? .max : bytes + more
        }
    }

    private let options: PackOptions
    /// For each rule: what it leaves out, or, if the rule keeps, what it brought back.
    package private(set) var amounts: [Amount]
    package private(set) var kept = Amount()
    /// What people should know although the survey is whole.
    package private(set) var warnings: [String] = []

    /// Prepares a survey of the options' roots by their rules.
    package init(_ options: PackOptions) {
        self.options = options
        amounts = Array(repeating: Amount(), count: options.rules.rules.count)
    }

    /// Looks at every name; `excluded` hears of each that stays out although its folder does not.
    package mutating func run(excluded: @escaping ([UInt8]) -> Void) throws(PackError) {
        let counter = Counter(amounts, excluded)
        var walk = TreeWalk(options)
        walk.hearsOf = { counter.count($0) }
        try walk.run()
        (amounts, kept) = (counter.amounts, counter.kept)
        warnings = walk.warnings
    }

    /// Counts during the walk.
    private final class Counter {
        var amounts: [Amount]
        var kept = Amount()
        private var counted: Set<FileIdentity> = []
        private let excluded: ([UInt8]) -> Void

        init(_ amounts: [Amount], _ excluded: @escaping ([UInt8]) -> Void) {
            self.amounts = amounts
            self.excluded = excluded
        }

        func count(_ name: NameSeen) {
            let isNew = name.status.links < 2 || counted.insert(name.status.identity).inserted
            let bytes = name.status.kind == .file && isNew && !name.isMountPoint ? name.status.size : 0
            guard let rule = name.excludedBy else {
                kept.add(bytes)
                if let decided = name.decidedBy { amounts[decided].add(bytes) }
                return
            }
            amounts[rule].add(bytes)
            if !name.isInExcluded { excluded(name.path()) }
        }
    }
}
