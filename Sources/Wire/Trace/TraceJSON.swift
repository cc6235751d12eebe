/// A trace in the form that Chrome's tracing and Perfetto read: one event a line.
///
/// A build is a process of theirs, a row of its tokens a thread, a token a slice.
package struct TraceJSON {
    private var text = ""
    private var isFirst = true
    private let trace: Trace

    /// The whole file.
    package static func text(_ trace: Trace, _ facts: TraceFacts) -> String {
        var json = TraceJSON(trace)
        json.write(facts)
        return json.text
    }

    private init(_ trace: Trace) {
        self.trace = trace
    }

    private mutating func write(_ facts: TraceFacts) {
        text += "{\"displayTimeUnit\":\"ms\",\"otherData\":{\"steve\":\(Escaping.script(facts.steve)),"
        text += "\"path\":\(Escaping.script(facts.path)),\"backend\":\"\(facts.backend.rawValue)\","
        text += "\"holders known\":\(trace.holdersKnown)},\n\"traceEvents\":[\n"
        add("\"ph\":\"M\",\"name\":\"process_name\",\"pid\":0,\"args\":{\"name\":\"machine\"}")
        add("\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":0,\"tid\":0,\"args\":{\"name\":\"held back by\"}")
        for (index, build) in trace.builds.enumerated() { write(build, number: index + 1) }
        for holdback in trace.holdbacks { write(holdback) }
        writeTokens()
        for point in trace.limit { counter("limit", point.time, "\"tokens\":\(point.value)") }
        for point in trace.load { counter("load", point.time, "\"load\":\(Double(point.value) / 100)") }
        for point in trace.memory {
            counter("available memory", point.time, "\"MiB\":\(point.value)")
        }
        text += "\n]}\n"
    }

    private mutating func add(_ fields: String) {
        text += isFirst ? "{" : ",\n{"
        text += fields
        text += "}"
        isFirst = false
    }

    private mutating func write(_ build: TraceBuild, number: Int) {
        let name = Escaping.script(build.label.printable)
        add("\"ph\":\"M\",\"name\":\"process_name\",\"pid\":\(number),\"args\":{\"name\":\(name)}")
        for lane in 0..<build.lanes {
            add(
                "\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":\(number),\"tid\":\(lane),"
                    + "\"args\":{\"name\":\"token \(lane + 1)\"}"
            )
        }
        for slice in build.slices { write(slice, build: number) }
    }

    private mutating func write(_ slice: TraceSlice, build: Int) {
        let process = trace.processes[slice.process]
        let command = Escaping.script((process?.command ?? "not known").printable)
        add(
            "\"ph\":\"X\",\"cat\":\"token\",\"name\":\(command),\"pid\":\(build),\"tid\":\(slice.lane),"
                + "\"ts\":\(slice.begin),\"dur\":\(slice.end - slice.begin),\"args\":{\"pid\":\(process?.pid ?? 0),"
                + "\"end\":\"\(slice.ending)\",\"held before\":\(slice.wasOpen)}"
        )
    }

    private mutating func write(_ holdback: TraceHoldback) {
        let end = holdback.end ?? trace.length
        add(
            "\"ph\":\"X\",\"cat\":\"gate\",\"name\":\"\(holdback.rule)\",\"pid\":0,\"tid\":0,"
                + "\"ts\":\(holdback.begin),\"dur\":\(end - holdback.begin)"
        )
    }

    /// Held, free and lent at each time at which one of them changes.
    private mutating func writeTokens() {
        var (limits, helds, lents) = (trace.limit[...], trace.held[...], trace.lent[...])
        var (limit, held, lent) = (0, 0, 0)
        while let time = [limits.first, helds.first, lents.first].compactMap({ $0?.time }).min() {
            if let point = limits.first, point.time == time { limit = limits.removeFirst().value }
            if let point = helds.first, point.time == time { held = helds.removeFirst().value }
            if let point = lents.first, point.time == time { lent = lents.removeFirst().value }
            counter("tokens", time, "\"held\":\(held),\"free\":\(limit + lent - held),\"lent\":\(lent)")
        }
    }

    private mutating func counter(_ name: String, _ time: Int64, _ values: String) {
        add("\"ph\":\"C\",\"name\":\"\(name)\",\"pid\":0,\"ts\":\(time),\"args\":{\(values)}")
    }
}
