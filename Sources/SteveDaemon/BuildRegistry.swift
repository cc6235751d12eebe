internal import Vocabulary
internal import Glibc
internal import Jobserver
internal import Ledger
internal import Linux
internal import Wire

/// The builds that the pool knows, by how they are identified: a package's label, a control group, a session.
struct BuildRegistry {
    private var byIdentity: [BuildIdentity: BuildID] = [:]
    private var identities: [BuildID: BuildIdentity] = [:]
    private var titles: [BuildID: String] = [:]
    /// The builds of emerge and its like, by their process.
    private var dispatchers: [ProcessID: BuildID] = [:]
    private let ledger: ServerLedger
    private let ownCgroup = ProcFS.startCgroup
    private let portage = UserAccount.find("portage")?.uid
    private var weights: [WeightRule]
    /// Patterns that no build has had yet, in the order of the settings.
    private(set) var unmatchedPatterns: [String] = []

    /// So far up a process' ancestors are asked for a label: deeper than any build nests its makes.
    private static let ancestorLimit = 64
    /// In pid-ns-init's arguments the label stands behind a list of groups.
    private static let ancestorBytes = 1_024
    private static let phaseVariables: [StaticString] = ["PORTAGE_BUILDDIR=", "CATEGORY=", "PF="]

    init(_ settings: Settings, _ ledger: ServerLedger) {
        self.ledger = ledger
        weights = settings.weightRules
        unmatchedPatterns = weights.map(\.pattern)
    }

    /// What /proc says of a process that is not known yet, and of its build.
    mutating func newcomer(_ pid: ProcessID) -> Newcomer {
        let (facts, parent, user, dispatcher) = facts(about: pid)
        let identity = BuildIdentity(facts)
        let above = identity.kind == .package ? dispatcher : nil
        var newcomer = Newcomer(
            pid: pid,
            parent: parent,
            user: user,
            command: facts.commandLines.first ?? "",
            dispatcher: above,
            identity: identity,
            build: byIdentity[identity]
        )
        guard newcomer.build == nil else { return newcomer }
        newcomer.title = title(of: identity, by: pid)
        if identity.kind != .dispatcher { newcomer.weight = weight(of: identity, newcomer.title) }
        newcomer.dispatcherBuild = above.flatMap { dispatchers[$0] }
        return newcomer
    }

    /// What /proc says of a process whose build another server knew.
    func member(_ pid: ProcessID, of build: BuildID, parent: ProcessID) -> Newcomer {
        Newcomer(
            pid: pid,
            parent: parent,
            user: (try? ProcFS.user(of: pid)) ?? .max,
            command: ProcFS.command(of: pid),
            dispatcher: identities[build]?.kind == .package ? dispatcher(from: parent) : nil,
            identity: identities[build],
            build: build
        )
    }

    /// The newcomer is the first process of its build, which gets this number.
    mutating func know(_ newcomer: Newcomer, as build: BuildID) {
        guard let identity = newcomer.identity else { return }
        if identity.kind == .dispatcher { dispatchers[newcomer.pid] = build }
        byIdentity[identity] = build
        identities[build] = identity
        titles[build] = newcomer.title
        ledger.stage(identity.text.utf8, ledger.layout.identities, Int(build.index))
    }

    /// Knows the builds that another server knew.
    mutating func restore(_ records: PoolRecords) {
        for row in records.builds.keys {
            let text = String(decoding: ledger.text(ledger.layout.identities, Int(row)), as: UTF8.self)
            guard let identity = BuildIdentity(text: text) else { continue }
            byIdentity[identity] = BuildID(record: row)
            identities[BuildID(record: row)] = identity
            if let process = identity.dispatcher { dispatchers[ProcessID(process)] = BuildID(record: row) }
            let title = title(of: identity, by: nil)
            titles[BuildID(record: row)] = title
            // Which patterns were of use.
            _ = weight(of: identity, title)
        }
    }

    /// Forgets a build that has nothing left.
    mutating func forget(_ build: BuildID) {
        guard let identity = identities.removeValue(forKey: build) else { return }
        byIdentity[identity] = nil
        titles[build] = nil
        if identity.kind == .dispatcher { dispatchers = dispatchers.filter { $0.value != build } }
        ledger.stage(0, ledger.layout.identities, Int(build.index), 0)
    }

    /// What the build is a build of, whatever its version; nil: of no package.
    func package(of build: BuildID) -> String? { identities[build]?.package }

    /// What people call the build.
    func label(of build: BuildID) -> String { titles[build] ?? "" }

    /// What identifies the build with that title; nil if there is none.
    func identity(titled title: String) -> String? {
        identities.first { label(of: $0.key) == title }?.value.label
    }

    /// No two builds have one title.
    private func title(of identity: BuildIdentity, by pid: ProcessID?) -> String {
        let title = BuildTitle.title(of: identity, by: pid)
        return titles.values.contains(title) ? identity.label : title
    }

    /// Goes by other weights from now on: gives the builds that there are with what each weighs now.
    mutating func change(to settings: Settings) -> [(build: BuildID, weight: Double)] {
        guard weights != settings.weightRules else { return [] }
        weights = settings.weightRules
        unmatchedPatterns = weights.map(\.pattern)
        var changed: [(build: BuildID, weight: Double)] = []
        for (build, identity) in identities {
            changed.append((build, weight(of: identity, label(of: build))))
        }
        return changed
    }

    private mutating func weight(of identity: BuildIdentity, _ title: String) -> Double {
        let matching = weights.filter { $0.matches(identity.label) || $0.matches(title) }
        if !unmatchedPatterns.isEmpty {
            unmatchedPatterns.removeAll { pattern in matching.contains { $0.pattern == pattern } }
        }
        return matching.last?.weight ?? 1
    }

    /// What /proc says, up to the first ancestor with a label; and the parent, the user, and the nearest
    /// known dispatcher above.
    private func facts(
        about pid: ProcessID
    ) -> (BuildFacts, parent: ProcessID?, user: UInt32, dispatcher: ProcessID?) {
        let user = (try? ProcFS.user(of: pid)) ?? .max
        var owner = user
        var commandLines: [String] = []
        var session: Int32?
        var parent: ProcessID?
        var ancestor = pid
        var isNamed = false
        while ancestor.number > 1, !isNamed, commandLines.count < Self.ancestorLimit,
            let stat = try? ProcFS.stat(of: ancestor)
        {
            if ancestor == pid { (session, parent) = (stat.session, ProcessID(stat.parent)) }
            let command = ProcFS.command(of: ancestor, limit: ancestor == pid ? 256 : Self.ancestorBytes)
            commandLines.append(command)
            // What is above a label does not matter any more.
            isNamed = BuildFacts.namesPackage(command)
            if isNamed { owner = (try? ProcFS.user(of: ancestor)) ?? .max }
            ancestor = ProcessID(stat.parent)
        }
        let cgroup = (try? ProcFS.cgroup(of: pid)) ?? ""
        var facts = BuildFacts(
            pid: pid.number,
            commandLines: commandLines,
            cgroup: cgroup,
            ownCgroup: ownCgroup,
            session: session,
            // Portage takes off being root for some phases of a package: one build all the same.
            user: owner == portage ? 0 : owner
        )
        if !isNamed {
            facts.environment = (try? ProcFS.variables(of: pid.number, Self.phaseVariables)) ?? []
            facts.folder = (try? linkTarget("/proc/\(pid)/cwd")) ?? ""
        }
        return (facts, parent, user, parent.flatMap(dispatcher))
    }

    private func dispatcher(from process: ProcessID) -> ProcessID? {
        guard !dispatchers.isEmpty else { return nil }
        var ancestor = process
        for _ in 0..<Self.ancestorLimit where ancestor.number > 1 {
            if dispatchers[ancestor] != nil { return ancestor }
            guard let parent = try? ProcFS.parent(of: ancestor) else { return nil }
            ancestor = parent
        }
        return nil
    }
}
