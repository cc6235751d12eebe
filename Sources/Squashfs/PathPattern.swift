/// A pattern for paths.
///
/// With a slash at its head it holds from the root, else at every depth; `**` as a whole part stands for any
/// number of folders; a slash at its end wants a folder.
struct PathPattern: Equatable, Sendable {
    private enum Part: Equatable, Sendable {
        case name(Glob)
        case folders

        func accepts(_ name: ArraySlice<UInt8>) -> Bool {
            switch self {
            case .name(let glob): glob.matches(name)
            case .folders: false
            }
        }
    }

    private var parts: [Part] = []
    private let wantsFolder: Bool

    /// Reads a pattern; nil when it is empty or one of its parts is not finished.
    init?(_ text: ArraySlice<UInt8>) {
        let slash = UInt8(ascii: "/")
        wantsFolder = text.last == slash
        if text.first != slash { parts.append(.folders) }
        for part in text.split(separator: slash) {
            if part.elementsEqual("**".utf8) {
                parts.append(.folders)
            } else {
                guard let glob = Glob(part) else { return nil }
                parts.append(.name(glob))
            }
        }
        guard parts.contains(where: { $0 != .folders }) else { return nil }
    }

    /// Whether the path, given by its names, is meant.
    func matches(_ path: [ArraySlice<UInt8>], isFolder: Bool) -> Bool {
        guard isFolder || !wantsFolder else { return false }
        var part = 0
        var place = 0
        var retry: (part: Int, place: Int)?
        while place < path.count {
            if part < parts.count, parts[part] == .folders {
                retry = (part, place)
                part += 1
            } else if part < parts.count, parts[part].accepts(path[place]) {
                part += 1
                place += 1
            } else if let last = retry {
                retry = (last.part, last.place + 1)
                part = last.part + 1
                place = last.place + 1
            } else {
                return false
            }
        }
        // `/a/**` means what is in /a, not /a itself.
        return part == parts.count
            || (part + 1 == parts.count && parts[part] == .folders && retry?.part == part)
    }

    /// Whether something below this folder could be meant.
    func mayMatch(below folder: [ArraySlice<UInt8>]) -> Bool {
        for (part, name) in zip(parts, folder) {
            if part == .folders { return true }
            guard part.accepts(name) else { return false }
        }
        return parts.count > folder.count
    }
}
