/// One line from the daemon: an answer, or word that the answer will take a while.
package struct ControlReply: Codable, Equatable, Sendable {
    /// The request's; absent when the request's could not be read.
    package var id: Int?
    /// Whether it was done; absent in an interim reply.
    package var ok: Bool?
    /// Why it was not, in a sentence for people.
    package var error: String?
    /// There is no place for the connection now; said instead of the greeting.
    package var busy: Bool?
    /// The registration waits for its token, the watch for its moment; the answer follows.
    package var waiting: Bool?
    /// Answers `register`: what belongs behind `fifo:` in MAKEFLAGS.
    package var path: String?
    package var backend: Backend?
    /// Answers `get`: every setting by its name.
    package var values: [String: String]?
    /// Answers `set`: the named settings before and after.
    package var old: [String: String]?
    package var new: [String: String]?
    /// Answers `status`.
    package var status: StatusReport?
    /// Answers `trace`.
    package var trace: TraceOpening?
    /// Answers `events`.
    package var chunk: TraceChunk?
    /// Answers `processes`: those that are remembered.
    package var processes: [TraceProcess]?
    /// Answers `sizes`: what was learnt, the largest jobs first.
    package var sizes: [JobSize]?

    /// The most bytes that a reply may have before its newline: 10,000 holders with their commands fit.
    package static let lineLimit = 16 * 1_048_576

    private init(id: Int?, ok: Bool?) {
        self.id = id
        self.ok = ok
    }

    /// It was done.
    package static func done(_ id: Int) -> Self { Self(id: id, ok: true) }

    /// It was not done.
    package static func failed(_ id: Int?, _ sentence: String) -> Self {
        var reply = Self(id: id, ok: false)
        reply.error = sentence
        return reply
    }

    /// There is no place, and why.
    package static func busy(_ sentence: String) -> Self {
        var reply = failed(nil, sentence)
        reply.busy = true
        return reply
    }

    /// The same request is answered once more, when what it waits for is there.
    package static func waiting(_ id: Int) -> Self {
        var reply = Self(id: id, ok: nil)
        reply.waiting = true
        return reply
    }

    /// The peer is a user, and has its token if it asked for one.
    package static func registered(_ id: Int, path: String, backend: Backend) -> Self {
        var reply = done(id)
        reply.path = path
        reply.backend = backend
        return reply
    }

    /// The settings that hold.
    package static func settings(_ id: Int, _ values: [String: String]) -> Self {
        var reply = done(id)
        reply.values = values
        return reply
    }

    /// What the named settings were and are.
    package static func changed(_ id: Int, old: [String: String], new: [String: String]) -> Self {
        var reply = done(id)
        reply.old = old
        reply.new = new
        return reply
    }

    /// What was learnt of the sizes of jobs.
    package static func sizes(_ id: Int, _ sizes: [JobSize]) -> Self {
        var reply = done(id)
        reply.sizes = sizes
        return reply
    }

    /// Who holds what.
    package static func status(_ id: Int, _ report: StatusReport) -> Self {
        var reply = done(id)
        reply.status = report
        return reply
    }
}
