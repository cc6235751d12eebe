internal import Squashfs
internal import SystemPackage

/// What rules leave out of an image, and how much that saves.
package struct ExclusionSurvey {
    /// Names and the bytes of their files; a file with several names counts once.
    package struct Amount: Sendable {
        package var names = 0
        package var bytes: UInt64 = 0
    }

    private struct Open {
        let origin: Int
        let path: [UInt8]
        /// The rule that excludes the folder.
        let rule: Int?
    }

    private let options: PackOptions
    /// By rule: what it leaves out, or for a rule that keeps: what it brought back.
    package private(set) var amounts: [Amount]
    package private(set) var kept = Amount()
    private var counted: Set<FileStatus.Identity> = []

    /// Prepares a survey of the options' roots by their rules.
    package init(_ options: PackOptions) {
        self.options = options
        amounts = Array(repeating: Amount(), count: options.rules.rules.count)
    }

    /// Looks at every name; `excluded` hears of each that stays out although its folder does not.
    package mutating func run(excluded: ([UInt8]) -> Void) throws(PackError) {
        for (origin, path) in options.roots.enumerated() {
            let root: FolderBox
            let device: UInt64?
            do {
                root = FolderBox(try Folder(root: path))
                device = options.staysOnFileSystem ? try root.status().identity.device : nil
            } catch { throw .cannot("open the root", path: path, error) }
            var open = [Open(origin: origin, path: [], rule: nil)]
            while let folder = open.popLast() {
                do {
                    open += try list(folder, in: root, device: device, excluded).reversed()
                } catch  where error.meansVanished {
                    continue
                } catch {
                    let source = options.source(of: folder.path, in: UInt8(truncatingIfNeeded: origin))
                    throw .cannot("read the folder", path: source, error)
                }
            }
        }
    }

    private mutating func list(
        _ folder: Open,
        in root: FolderBox,
        device: UInt64?,
        _ excluded: ([UInt8]) -> Void
    ) throws(Errno) -> [Open] {
        let box = try root.box(at: folder.path)
        var below: [Open] = []
        for name in try root.names(at: folder.path).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let path = folder.path.isEmpty ? name : folder.path + [UInt8(ascii: "/")] + name
            // What vanished meanwhile stays out by itself.
            guard let status = try box.status(unlessVanished: name) else { continue }
            let isFolder = status.kind == .folder
            let deciding = options.rules.decision(on: path, isFolder: isFolder)
            let rule = deciding.map { options.rules.rules[$0].keeps ? nil : $0 } ?? folder.rule
            let isMount = try box.isMountPoint(name, status, on: device)
            count(status, rule: rule, deciding: deciding, isMount: isMount)
            if rule != nil, folder.rule == nil { excluded(path) }
            if isFolder, !isMount { below.append(Open(origin: folder.origin, path: path, rule: rule)) }
        }
        return below
    }

    private mutating func count(_ status: FileStatus, rule: Int?, deciding: Int?, isMount: Bool) {
        let isNew = status.links < 2 || counted.insert(status.identity).inserted
        let bytes = status.kind == .file && isNew && !isMount ? status.size : 0
        guard let rule else {
            kept.names += 1
            kept.bytes += bytes
            if let deciding { add(bytes, to: deciding) }
            return
        }
        add(bytes, to: rule)
    }

    private mutating func add(_ bytes: UInt64, to rule: Int) {
        amounts[rule].names += 1
        amounts[rule].bytes += bytes
    }
}
