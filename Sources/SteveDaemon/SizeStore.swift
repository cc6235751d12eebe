internal import Jobserver
internal import Linux
internal import SystemPackage
internal import Wire

/// Keeps the learnt sizes of jobs from one daemon to the next.
///
/// The daemon may open nothing once it serves, so the file is opened before. It has two slots that are
/// written in turn: if the daemon dies during a write, the other slot is complete.
final class SizeStore {
    private let path: String
    private let folder: SafeFolder
    private var file: KeptFile?
    /// What of it is in the file, and how often it was written.
    private var written = 0
    private var generation: UInt64 = 0
    private var next: MonotonicTime?

    /// How long between two writes: a kill loses what was learnt in that time.
    private static let pauseNanoseconds: Int64 = 60_000_000_000
    /// 513 kinds of 64 figures with up to nine digits, and two names.
    private static let slotBytes = 1 << 20

    /// nil: this daemon keeps nothing.
    init?(_ site: Site, environment: [String: String]) {
        let folder: String
        if let chosen = environment["STEVE_STATE_DIR"], !chosen.isEmpty {
            folder = chosen
        } else if site.isSystem {
            folder = "/var/lib/steve"
        } else {
            return nil
        }
        self.folder = SafeFolder(folder, mode: nil)
        path = "\(folder)/\(site.name).sizes"
    }

    /// Lets the user of --user write there.
    func give(to user: UserAccount) {
        guard (try? folder.make()) != nil else { return }
        try? PathHandle(folder.path).setAccess(user: user.uid, group: user.gid, mode: 0o755)
    }

    /// Opens the file and reads it; a line in the log if that is not possible.
    func open(into sizes: inout JobSizes) {
        do throws(Errno) {
            do throws(SafeFolder.Flaw) { try folder.make() } catch {
                return Log.note("cannot keep the sizes of jobs in \(folder.path): \(error)")
            }
            let file = try KeptFile(path)
            let slots = [
                try file.read(at: 0, limit: Self.slotBytes),
                try file.read(at: Self.slotBytes, limit: Self.slotBytes),
            ]
            self.file = file
            guard !slots[0].isEmpty else { return }
            let whole = slots.compactMap(Slot.init).sorted { $0.generation > $1.generation }
            generation = whole.first?.generation ?? 0
            guard whole.contains(where: { sizes.read($0.text) }) else {
                return Log.note("\(path) has no sizes of jobs that this version can read; learning them anew")
            }
        } catch {
            Log.note("cannot keep the sizes of jobs in \(path): \(error)")
        }
        written = sizes.version
    }

    /// Writes what is new, at most once a minute unless it is the last time.
    func keep(_ sizes: JobSizes, at now: MonotonicTime, isLast: Bool = false) {
        guard file != nil, sizes.version != written, isLast || now >= next ?? now else { return }
        next = now + Self.pauseNanoseconds
        written = sizes.version
        generation += 1
        let slot = Slot(generation: generation, text: sizes.text)
        do throws(Errno) {
            try file?.write(slot.bytes, at: Int(generation % 2) * Self.slotBytes)
        } catch {
            Log.note("cannot keep the sizes of jobs in \(path): \(error)")
        }
    }
}

/// A text with its length and a checksum before it.
private struct Slot {
    let generation: UInt64
    let text: String

    init(generation: UInt64, text: String) {
        (self.generation, self.text) = (generation, text)
    }

    var bytes: [UInt8] {
        let body = Array(text.utf8)
        return Array("slot \(generation) \(body.count) \(Self.sum(body[...]))\n".utf8) + body
    }

    /// nil if it is not complete.
    init?(_ bytes: [UInt8]) {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")), end < 100 else { return nil }
        let words = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ")
        guard words.count == 4, words[0] == "slot", let generation = UInt64(words[1]),
            let count = Int(words[2]),
            (0...bytes.count - end - 1).contains(count)
        else { return nil }
        let body = bytes[(end + 1)..<(end + 1 + count)]
        guard words[3] == "\(Self.sum(body))" else { return nil }
        // One more is written after it.
        self.init(generation: min(generation, .max - 1), text: String(decoding: body, as: UTF8.self))
    }

    /// FNV-1a: against chance, not against malice.
    private static func sum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
