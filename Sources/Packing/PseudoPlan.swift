internal import Squashfs

/// The lines of --pseudo by their folders, as a tree, so that a walk finds those of a folder without knowing
/// its path.
struct PseudoPlan {
    private struct Folder {
        var below: [[UInt8]: Int] = [:]
        /// In order of their names.
        var lines: [PseudoLine] = []
        var isFound = false
    }

    private var folders = [Folder()]

    /// The root's place in the plan.
    static let root: Int? = 0

    /// Sorts the lines; two about one path are refused.
    init(_ lines: [PseudoLine]) throws(PackError) {
        for line in lines {
            var place = 0
            for name in line.folder.split(separator: UInt8(ascii: "/")) {
                place = self.place(name, in: place)
            }
            guard !folders[place].lines.contains(where: { $0.name == line.name }) else {
                let path = line.folder.isEmpty ? line.name : line.folder + [UInt8(ascii: "/")] + line.name
                throw .refused("two lines of --pseudo are about /\(printable(path))")
            }
            folders[place].lines.append(line)
        }
        for place in folders.indices {
            folders[place].lines.sort { $0.name.lexicographicallyPrecedes($1.name) }
        }
    }

    private mutating func place(_ name: ArraySlice<UInt8>, in folder: Int) -> Int {
        if let known = folders[folder].below[Array(name)] { return known }
        folders.append(Folder())
        folders[folder].below[Array(name)] = folders.count - 1
        return folders.count - 1
    }

    /// A folder's place, nil when no line is about anything in it.
    func place(of name: [UInt8], in folder: Int?) -> Int? { folder.flatMap { folders[$0].below[name] } }

    /// The lines about what is in a folder that was found.
    mutating func take(_ folder: Int?) -> [PseudoLine] {
        guard let folder else { return [] }
        folders[folder].isFound = true
        return folders[folder].lines
    }

    /// A line whose folder was never found.
    var orphan: PseudoLine? { folders.first { !$0.isFound && !$0.lines.isEmpty }?.lines.first }
}
