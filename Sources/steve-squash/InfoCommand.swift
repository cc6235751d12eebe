internal import ArgumentParser
internal import Options
internal import Packing
internal import Squashfs
internal import Wire

/// `steve-squash info`: sizes and counts of an image.
struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Show what an image says about itself."
    )

    @Argument(help: "The image to look at.")
    var image: Bytes

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        do { try read() } catch PackError.image(let error) {
            throw PackError.refused("\(printable(image.bytes)): \(error)")
        }
    }

    private func read() throws {
        let file = try ImageFile(path: image.bytes)
        let reader = try file.reader()
        let members = try Self.members(reader, fileSize: file.size)
        let text =
            json
            ? Self.json(members) + "\n"
            : members.map { "\($0.label): \($0.text)\n" }.joined()
        try StandardOutput.write(text)
    }

    private struct Member {
        let key: String
        let value: UInt64
        var label: String { key.split(separator: "_").joined(separator: " ") }
        var text: String { key.hasSuffix("bytes") ? "\(value) (\(binarySize(value)))" : "\(value)" }
    }

    private static func json(_ members: [Member]) -> String {
        var json = JSONWriter()
        json.object { json in
            for member in members { json.member(member.key, member.value) }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func members(_ image: ImageReader, fileSize: UInt64) throws -> [Member] {
        let head = image.superblock
        var kinds: [InodeKind: UInt64] = [:]
        var fileBytes: UInt64 = 0
        var walk = ImageWalk(image)
        do {
            try walk.run { (entry: ImageEntry) throws(ImageError) in
                guard entry.isFirstName else { return }
                kinds[entry.inode.kind, default: 0] += 1
                if case .file(let file) = entry.inode.content { fileBytes &+= file.size }
            }
        } catch {
            switch error {
            case .image(let error), .taker(let error): throw PackError.image(error)
            }
        }
        var members = [
            Member(key: "image_bytes", value: head.bytesUsed),
            Member(key: "file_bytes", value: fileBytes),
            Member(key: "block_bytes", value: UInt64(head.blockSize)),
            Member(key: "time", value: UInt64(head.time)),
            Member(key: "inodes", value: UInt64(head.inodes)),
            Member(key: "fragments", value: UInt64(head.fragments)),
            Member(key: "ids", value: UInt64(head.ids)),
        ]
        for kind in InodeKind.allCases {
            members.append(Member(key: "\(kind.plural)", value: kinds[kind] ?? 0))
        }
        return members
    }
}

extension InodeKind {
    fileprivate var plural: String {
        switch self {
        case .folder: "folders"
        case .file: "files"
        case .link: "symbolic_links"
        case .blockDevice: "block_devices"
        case .characterDevice: "character_devices"
        case .pipe: "pipes"
        case .socket: "sockets"
        }
    }
}
