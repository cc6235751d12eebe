extension ControlReply {
    /// Where a trace begins.
    package static func trace(_ id: Int, _ opening: TraceOpening) -> Self {
        var reply = done(id)
        reply.trace = opening
        return reply
    }

    /// What happened.
    package static func events(_ id: Int, _ chunk: TraceChunk) -> Self {
        var reply = done(id)
        reply.chunk = chunk
        return reply
    }

    /// Who they are.
    package static func processes(_ id: Int, _ processes: [TraceProcess]) -> Self {
        var reply = done(id)
        reply.processes = processes
        return reply
    }
}
