internal import ArgumentParser
internal import Options
internal import Packing
internal import Squashfs

/// `steve-squash info`: what an image says about itself.
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
            ? JSONText.object(members.map { ($0.key, $0.value) }) + "\n"
            : members.map { "\($0.label): \($0.text)\n" }.joined()
        try StandardOutput.write(text)
    }

    private struct Member {
        let key: String
        let value: JSONText.Value
        var label: String { key.split(separator: "_").joined(separator: " ") }
        var text: String {
            switch value {
            case .number(let number):
                key.hasSuffix("bytes") ? "\(number) (\(binarySize(number)))" : "\(number)"
            case .text(let text): text
            case .list(let texts): texts.joined(separator: ", ")
            }
        }
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
            Member(key: "image_bytes", value: .number(head.bytesUsed)),
            Member(key: "file_bytes", value: .number(fileBytes)),
            Member(key: "block_bytes", value: .number(UInt64(head.blockSize))),
            Member(key: "time", value: .number(UInt64(head.time))),
            Member(key: "inodes", value: .number(UInt64(head.inodes))),
            Member(key: "fragments", value: .number(UInt64(head.fragments))),
            Member(key: "ids", value: .number(UInt64(head.ids))),
        ]
        for kind in InodeKind.allCases {
            members.append(Member(key: "\(kind.plural)", value: .number(kinds[kind] ?? 0)))
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
