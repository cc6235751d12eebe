internal import Vocabulary
internal import Glibc
internal import Reports
internal import SystemPackage
internal import Wire

/// The kind of foreign text for which a run takes libFuzzer's bytes; STEVE_FUZZ_KIND names it.
private enum Kind: String {
    case control, settings, makeflags, trace
}

private let kind: Kind = {
    // Safe: the environment is read and copied here, before anything else runs.
    let name = unsafe getenv("STEVE_FUZZ_KIND").map { unsafe String(cString: $0) } ?? ""
    guard let kind = Kind(rawValue: name) else {
        preconditionFailure("STEVE_FUZZ_KIND is none of control, settings, makeflags, trace")
    }
    return kind
}()

/// Gives the bytes to a reader of foreign texts: it must return a value or an error, and the value must keep
/// its promises.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzText(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // Safe: libFuzzer lends the bytes for the call; they are copied.
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    switch kind {
    case .control: readControlLines(bytes)
    case .settings: readSettings(bytes)
    case .makeflags: joinMakeFlags(bytes)
    case .trace: drawPage(bytes)
    }
    return 0
}

/// Reads the bytes as lines that arrive at the control socket in pieces.
private func readControlLines(_ bytes: [UInt8]) {
    var buffer = LineBuffer(limit: 4_096)
    do throws(ControlError) {
        for start in stride(from: 0, to: bytes.count, by: 97) {
            buffer.append(bytes[start..<min(start + 97, bytes.count)])
            while let line = try buffer.next() {
                precondition(line.count <= 4_096)
                _ = try? ControlCoding.request(from: line)
                _ = try? ControlCoding.message(StatusReport.self, from: line)
            }
        }
    } catch {
        // The line is too long, and the reader says so.
    }
}

/// Reads a settings file: a shell must read the accepted values in the same way, and evaluate nothing.
private func readSettings(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let assignments = try? SettingsFile.parse(text, path: "/f") else { return }
    // A `$` or backtick is accepted in single quotes only.
    let computes = assignments.contains { $0.text.utf8.contains(where: { $0 == 0x24 || $0 == 0x60 }) }
    precondition(!computes || bytes.contains(UInt8(ascii: "'")), "a shell would compute: \(bytes)")
    if let settings = try? Settings.merge(cpus: 4, file: assignments) {
        _ = try? settings.changing(["jobs": text, "linger": text])
    }
}

/// Joins any MAKEFLAGS: the result names our jobserver and no other, and a second joining changes nothing.
private func joinMakeFlags(_ bytes: [UInt8]) {
    // No environment holds a zero.
    let flags = bytes.filter { $0 != 0 }
    let joined = MakeFlags(flags).joining(path: "/dev/steve")
    precondition(MakeFlags(joined).names(path: "/dev/steve"), "does not join: \(flags)")
    precondition(MakeFlags(joined).jobOptions.isEmpty, "keeps a -j: \(flags)")
    precondition(MakeFlags(joined).joining(path: "/dev/steve") == joined, "joins twice: \(flags)")
}

/// Draws the page of a trace whose names are the bytes: it may have no elements but ours.
///
/// Tests/Fuzz/pages checks the same with a parser of HTML.
private func drawPage(_ bytes: [UInt8]) {
    let texts = bytes.split(separator: 0, omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
    let page = page(texts)
    let plain = Page.plain
    precondition(page.utf8.count { $0 == UInt8(ascii: "<") } == plain, "another tag: \(bytes)")
    Page.keep(page)
}

/// A page with that path, and with builds and commands of those names.
private func page(_ texts: [String]) -> String {
    let opening = TraceOpening(time: 0, now: 0, limit: 8, gate: 0, out: nil, next: 0, end: 0, held: [])
    var recording = TraceRecording(opening, last: nil)
    for (number, text) in texts.enumerated().dropFirst() {
        let next = number + 1 < texts.count ? texts[number + 1] : text
        recording.add([TraceProcess(number: number, pid: number, build: text, command: next)])
        recording.add(
            [
                TokenEvent(.granted, time: 5, process: number, value: 1),
                TokenEvent(.returned, time: 5, process: number, value: 1),
            ],
            past: false
        )
    }
    let report = StatusReport(path: texts.first ?? "", backend: .cuse, limit: 8)
    return TracePage.text(Trace(recording), TraceFacts(report, beganMilliseconds: 0))
}

private enum Page {
    /// How many `<` a page has whose names hold none.
    static let plain = page(["/dev/steve", "build", "command"]).utf8.count { $0 == UInt8(ascii: "<") }

    private static let folder: String? = {
        // Safe: as above.
        unsafe getenv("STEVE_FUZZ_PAGES").map { unsafe String(cString: $0) }
    }()

    /// Writes the page for the parser, if STEVE_FUZZ_PAGES names a folder.
    static func keep(_ page: String) {
        guard let folder else { return }
        let name = "\(folder)/\(page.utf8.reduce(UInt64(5381)) { $0 &* 33 &+ UInt64($1) }).html"
        let file = try? FileDescriptor.open(
            FilePath(name),
            .writeOnly,
            options: [.create, .truncate],
            permissions: .ownerReadWrite
        )
        _ = try? file?.closeAfter { try file?.writeAll(page.utf8) }
    }
}
