internal import Squashfs
internal import SystemPackage

/// Puts the files' bytes into the image: each content once, its blocks one after the other.
struct DataPass: ~Copyable {
    private let options: PackOptions
    var body: ImageBody
    /// The tree, with each file's data in its node.
    var tree: Tree
    /// Sentences about files that changed or vanished while they were read.
    private(set) var changes: [String] = []
    private(set) var duplicates = 0
    private var reading: FileReading
    private var stored = StoredContents()
    /// Sizes of which some content is stored and digested.
    private var storedSizes: Set<UInt64> = []
    /// Ends of files that wait for their order, when they are to be sorted.
    private var tails: DeferredTails?
    /// While `tails` wait: other files with the bytes of one.
    private var twins: [UInt32: [NodeID]] = [:]
    /// Names that got an inode while the files were gone through, and are stored.
    private var heirs: Set<NodeID> = []
    /// By node: whether some other file has its size.
    ///
    /// Only these can be duplicates.
    private let hasTwin: [Bool]

    init(_ walk: consuming TreeWalk, into body: consuming ImageBody) {
        options = walk.options
        reading = FileReading(walk)
        tree = walk.tree
        hasTwin = Self.twins(in: walk.tree)
        if walk.options.sortsByLikeness {
            tails = DeferredTails(walk.tree, blockSize: walk.options.blockSize)
        }
        self.body = body
    }

    var warnings: [String] { reading.filler.warnings }

    private static func twins(in tree: Tree) -> [Bool] {
        var hasTwin = Array(repeating: false, count: tree.nodes.count)
        var first: [UInt64: UInt32] = [:]
        for (index, node) in tree.nodes.enumerated() where node.kind == .file && node.size > 0 {
            guard let known = first[node.size] else {
                first[node.size] = UInt32(index)
                continue
            }
            hasTwin[Int(known)] = true
            hasTwin[index] = true
        }
        return hasTwin
    }

    /// Stores every file.
    mutating func run() throws(PackError) {
        var order = TreeOrder(tree)
        while let node = order.next(in: tree) {
            if !heirs.contains(node) { try store(node) }
        }
        stored = StoredContents()
        let blocks = tails?.blocks() ?? []
        tails = nil
        for block in blocks {
            for tail in block { try store(tail) }
            try body.closeFragment()
        }
        try narrowFolders()
        tree.forgetUnused()
        try body.finishData()
    }

    /// A folder may have been closed to others before a file in it was read.
    private mutating func narrowFolders() throws(PackError) {
        let clock = body.clock
        for folder in try reading.narrowFolders(of: &tree, check: clock.check) {
            note(folder, "vanished or got another mode or owner while the tree was packed")
        }
        if tree.hasPrivateFiles { body.restrict() }
    }

    // MARK: Files

    /// Stores a file, and those that get its inode because its name is gone or names another file.
    private mutating func store(_ node: NodeID, _ what: String = "") throws(PackError) {
        var next: NodeID? = node
        while let node = next {
            try body.check()
            next = tree[node].size > 0 ? try storeOne(node, what) : storeEmpty(node)
            if let next { heirs.insert(next) }
        }
    }

    /// An empty file, or a mount point: there is nothing to open.
    private mutating func storeEmpty(_ node: NodeID) -> NodeID? {
        tree[node].detail = UInt32(body.openFile().index)
        return nil
    }

    private mutating func storeOne(_ node: NodeID, _ what: String) throws(PackError) -> NodeID? {
        var finding = FileReading.Finding()
        do {
            let file = try open(node, &finding)
            let isAnother = try reading.describe(file, in: node, of: &tree)
            if isAnother, !file.status.isPublic { body.restrict() }
            if finding.isChanged || isAnother || !what.isEmpty {
                note(node, what.isEmpty ? "changed" : what)
            }
            tree[node].detail = UInt32(try store(file, of: node).index)
            let now = try file.statusNow()
            let isNarrower = try reading.narrow(node, of: &tree, file, now)
            if isNarrower, !now.isPublic { body.restrict() }
            if isNarrower || now.isModified(since: file.status) { note(node, "changed while it was read") }
            return finding.heir
        } catch let error as PackError {
            throw error
        } catch PieceFailure.taker(let error) {
            throw error
        } catch PieceFailure.file(let error) {
            throw .cannot("read", path: source(of: node), error)
        } catch let error as Errno where error.meansVanished {
            note(node, what.isEmpty ? "vanished" : "vanished while it was read")
            return tree.drop(node) ?? finding.heir
        } catch {
            throw .cannot("open", path: source(of: node), (error as? Errno) ?? .ioError)
        }
    }

    private mutating func open(_ node: NodeID, _ finding: inout FileReading.Finding) throws -> SourceFile {
        let clock = body.clock
        return try reading.open(node, of: &tree, &finding, check: clock.check)
    }

    private mutating func note(_ node: NodeID, _ what: String) {
        changes.append("\(printable(source(of: node))) \(what)")
    }

    private func source(of node: NodeID) -> [UInt8] {
        options.source(of: tree.path(of: node), in: tree[node].origin)
    }

    private mutating func store(_ file: borrowing SourceFile, of node: NodeID) throws -> DataID {
        guard hasTwin[node.index] else { return try stream(file, of: node) { _ in } }
        guard file.status.size > options.blockSize else { return try storeSmall(file, of: node) }
        if storedSizes.contains(file.status.size) {
            var digester = PieceDigester()
            try file.forEachPiece(of: options.blockSize) { (piece) throws(PackError) in
                try body.check()
                digester.update(piece)
            }
            if let known = twin(digester.finish(), of: node, file.status.size) { return known }
        }
        var digester = PieceDigester()
        let data = try stream(file, of: node) { digester.update($0) }
        stored.add(digester.finish(), UInt32(data.index))
        storedSizes.insert(file.status.size)
        return data
    }

    /// A file of one piece is read once, whether it has a twin or not.
    private mutating func storeSmall(_ file: borrowing SourceFile, of node: NodeID) throws -> DataID {
        let pieces = try file.pieces(of: options.blockSize)
        var digester = PieceDigester()
        for piece in pieces { digester.update(piece) }
        let digest = digester.finish()
        if let known = twin(digest, of: node, file.status.size) { return known }
        let data = body.openFile()
        for piece in pieces { try add(piece, to: data, node) }
        stored.add(digest, UInt32(data.index))
        return data
    }

    /// The data of a file with the same bytes.
    private mutating func twin(_ digest: ContentDigest, of node: NodeID, _ size: UInt64) -> DataID? {
        guard let known = stored[digest] else { return nil }
        duplicates += 1
        body.skipped(size)
        if tails != nil { twins[known, default: []].append(node) }
        return DataID(Int(known))
    }

    private mutating func stream(
        _ file: borrowing SourceFile,
        of node: NodeID,
        _ see: (FilePiece) -> Void
    ) throws(PieceFailure) -> DataID {
        let data = body.openFile()
        try file.forEachPiece(of: options.blockSize) { (piece) throws(PackError) in
            see(piece)
            try add(piece, to: data, node)
        }
        return data
    }

    private mutating func add(_ piece: FilePiece, to data: DataID, _ node: NodeID) throws(PackError) {
        switch piece {
        case .block(let bytes): try body.addBlock(bytes)
        case .holes(let count): body.addHoles(count)
        case .tail(let bytes) where tails != nil: tails?.add(bytes, of: data, node)
        // The end of a large file is a block of its own, as mksquashfs has it: it has little in common with
        // whatever small files come next. Sharing short ones cost 0.07 % of some small trees.
        case .tail(let bytes) where body.size(of: data) > 0: try body.addBlock(bytes)
        case .tail(let bytes): try body.addTail(bytes, of: data)
        }
    }

    // MARK: Tails

    /// Stores a tail that had to wait, read again from a file that still has it.
    ///
    /// The file that it was read from stands for no other: files that changed meanwhile are stored anew, each
    /// by itself.
    private mutating func store(_ tail: DeferredTail) throws(PackError) {
        var candidates = [NodeID(Int(tail.node))] + (twins.removeValue(forKey: tail.data) ?? [])
        var changed: [NodeID] = []
        while !candidates.isEmpty {
            try body.check()
            let node = candidates.removeFirst()
            guard tree[node].kind == .file, tree[node].detail == tail.data else { continue }
            var finding = FileReading.Finding()
            let bytes = try reread(tail, node, &finding)
            if let heir = finding.heir { candidates.insert(heir, at: 0) }
            if let bytes {
                try body.addTail(bytes, of: DataID(Int(tail.data)))
                break
            }
            if tree[node].kind == .file { changed.append(node) }
        }
        for node in changed { try store(node, "changed while it was read") }
    }

    /// The tail's bytes, nil when the file has others now or is gone.
    private mutating func reread(
        _ tail: DeferredTail,
        _ node: NodeID,
        _ finding: inout FileReading.Finding
    ) throws(PackError) -> [UInt8]? {
        do {
            let file = try open(node, &finding)
            let bytes = try file.read(at: body.size(of: DataID(Int(tail.data))), count: Int(tail.size))
            return ContentDigest(of: bytes) == tail.digest ? bytes : nil
        } catch let error as PackError {
            throw error
        } catch let error as Errno where error.meansVanished {
            note(node, "vanished while it was read")
            finding.heir = tree.drop(node) ?? finding.heir
            return nil
        } catch {
            throw .cannot("read", path: source(of: node), (error as? Errno) ?? .ioError)
        }
    }
}
