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
    private var roots: [FolderBox] = []
    private var stored: [ContentDigest: DataID] = [:]
    /// Sizes of which some content is stored and digested.
    private var storedSizes: Set<UInt64> = []
    /// Ends of files that wait for their order, when they are to be sorted.
    private var tails: DeferredTails?
    /// By node: whether some other file has its size.
    ///
    /// Only these can be duplicates.
    private let hasTwin: [Bool]

    init(_ walk: consuming TreeWalk, into body: consuming ImageBody) throws(PackError) {
        options = walk.options
        tree = walk.tree
        hasTwin = Self.twins(in: walk.tree)
        if walk.options.sortsByLikeness {
            tails = DeferredTails(walk.tree, blockSize: walk.options.blockSize)
        }
        self.body = body
        for path in options.roots {
            do { roots.append(FolderBox(try Folder(root: path))) } catch {
                throw .cannot("open the root", path: path, error)
            }
        }
    }

    private static func twins(in tree: Tree) -> [Bool] {
        var hasTwin = Array(repeating: false, count: tree.nodes.count)
        let bySize = tree.ids.filter { tree[$0].kind == .file }.sorted { tree[$0].size < tree[$1].size }
        for (one, next) in zip(bySize, bySize.dropFirst()) where tree[one].size == tree[next].size {
            hasTwin[one.index] = true
            hasTwin[next.index] = true
        }
        return hasTwin
    }

    /// Stores every file.
    mutating func run() throws(PackError) {
        for node in tree.ids where tree[node].kind == .file { try store(node) }
        for block in tails?.blocks() ?? [] {
            for tail in block { try store(tail) }
            try body.submit(body.data.closeFragment())
        }
        try body.submit(body.data.closeFragment())
        try body.finishData()
    }

    private mutating func store(_ node: NodeID) throws(PackError) {
        try body.clock.check()
        let path = tree.path(of: node)
        do {
            // An empty file, or a mount point: there is nothing to open.
            guard tree[node].size > 0 else {
                tree[node].detail = UInt32(body.data.openFile().index)
                return
            }
            let file = try roots[Int(tree[node].origin)].file(at: path)
            guard file.status.kind == .file else { throw Errno.noSuchFileOrDirectory }
            if file.status.size != tree[node].size || file.status.stamp != tree[node].detail {
                note(node, "changed")
            }
            tree[node].detail = UInt32(try store(file, of: node).index)
            if try !file.isUnchanged() { note(node, "changed while it was read") }
        } catch let error as PackError {
            throw error
        } catch PieceFailure.taker(let error) {
            throw error
        } catch PieceFailure.file(let error) {
            throw .cannot("read", path: source(of: node), error)
        } catch let error as Errno where error.meansVanished {
            note(node, "vanished")
            // Another name of it comes later in the tree, and then its bytes.
            tree.drop(node)
        } catch {
            throw .cannot("open", path: source(of: node), (error as? Errno) ?? .ioError)
        }
    }

    private mutating func note(_ node: NodeID, _ what: String) {
        changes.append("\(printable(source(of: node))) \(what)")
    }

    private func source(of node: NodeID) -> [UInt8] {
        options.source(of: tree.path(of: node), in: tree[node].origin)
    }

    private mutating func store(_ file: borrowing SourceFile, of node: NodeID) throws -> DataID {
        guard hasTwin[node.index] else { return try stream(file, of: node) { _ in } }
        if storedSizes.contains(file.status.size) {
            var digester = PieceDigester()
            try file.forEachPiece(of: options.blockSize) { (piece) throws(PackError) in
                try body.clock.check()
                digester.update(piece)
            }
            if let known = stored[digester.finish()] {
                duplicates += 1
                body.clock.skipped(file.status.size)
                return known
            }
        }
        var digester = PieceDigester()
        let data = try stream(file, of: node) { digester.update($0) }
        stored[digester.finish()] = data
        storedSizes.insert(file.status.size)
        return data
    }

    private mutating func stream(
        _ file: borrowing SourceFile,
        of node: NodeID,
        _ see: (FilePiece) -> Void
    ) throws(PieceFailure) -> DataID {
        let data = body.data.openFile()
        try file.forEachPiece(of: options.blockSize) { (piece) throws(PackError) in
            see(piece)
            switch piece {
            case .block(let bytes): try body.submit(body.data.addBlock(bytes))
            case .holes(let count):
                body.data.addHoles(count)
                body.clock.skipped(UInt64(count) * UInt64(options.blockSize))
            case .tail(let bytes) where tails != nil: tails?.add(bytes, of: data, node, file.status)
            case .tail(let bytes) where standsAlone(bytes.count, of: data):
                try body.submit(body.data.addBlock(bytes))
            case .tail(let bytes): try body.submit(body.data.addTail(bytes, of: data))
            }
        }
        return data
    }

    /// Whether the end of a large file is better a block of its own than among whatever small files come next, with which it has
    /// little in common.
    private func standsAlone(_ count: Int, of data: DataID) -> Bool {
        body.data.size(of: data) > 0 && count > options.blockSize / 4
    }

    /// Stores a tail that had to wait, read once more.
    private mutating func store(_ tail: DeferredTail) throws(PackError) {
        try body.clock.check()
        var next: NodeID? = NodeID(Int(tail.node))
        // If the file vanished, by one of its other names or from another file that had the same bytes.
        while let node = next, try !store(tail, by: node) {
            note(node, "vanished while it was read")
            tree.drop(node)
            next = tree.ids.first { tree[$0].kind == .file && tree[$0].detail == tail.data }
        }
    }

    /// False when the node's file has vanished.
    private mutating func store(_ tail: DeferredTail, by node: NodeID) throws(PackError) -> Bool {
        let data = DataID(Int(tail.data))
        do {
            let file = try roots[Int(tree[node].origin)].file(at: tree.path(of: node))
            let bytes = try file.read(at: body.data.size(of: data), count: Int(tail.size))
            let isFirst = node.index == tail.node
            if bytes.count != tail.size || file.status.size != tree[node].size
                || isFirst && tail.stamp != file.status.stamp
            {
                note(node, "changed while it was read")
            }
            // A file that ends with a whole block has no tail.
            if !bytes.isEmpty { try body.submit(body.data.addTail(bytes, of: data)) }
            return true
        } catch let error as PackError {
            throw error
        } catch let error as Errno where error.meansVanished {
            return false
        } catch {
            throw .cannot("read", path: source(of: node), (error as? Errno) ?? .ioError)
        }
    }
}
