internal import Wire

/// A trace in the form that Chrome's tracing and Perfetto read: one event in each line.
///
/// A build is one of their processes, a row of its tokens a thread, a token a slice.
package enum TraceJSON {
    /// The whole file.
    package static func text(_ trace: Trace, _ facts: TraceFacts) -> String {
        let about: JSONPairs = [
            "steve": facts.steve, "path": facts.path, "backend": facts.backend.rawValue,
            "holders known": trace.holdersKnown,
        ]
        var json = JSONWriter(inPage: true)
        json.object(inOrder: [
            "displayTimeUnit": "ms", "otherData": about, "traceEvents": Events(trace: trace),
        ])
        return String(decoding: json.bytes, as: UTF8.self) + "\n"
    }
}

/// The list of them.
private struct Events: JSONWritable {
    let trace: Trace

    func write(to json: inout JSONWriter) {
        json.list { json in
            name(&json, "process_name", "machine", pid: 0)
            name(&json, "thread_name", "held back by", pid: 0, tid: 0)
            for (index, build) in trace.builds.enumerated() { write(build, number: index + 1, &json) }
            for holdback in trace.holdbacks { write(holdback, &json) }
            writeTokens(&json)
            for point in trace.limit { counter(&json, "limit", point.time, ["tokens": point.value]) }
            for point in trace.load {
                counter(&json, "load", point.time, ["load": Double(point.value) / 100])
            }
            for point in trace.memory { counter(&json, "available memory", point.time, ["MiB": point.value]) }
        }
    }

    private func add(_ json: inout JSONWriter, _ event: JSONPairs) { json.element(event, onNewLine: true) }

    private func name(_ json: inout JSONWriter, _ what: String, _ name: String, pid: Int, tid: Int? = nil) {
        let arguments: JSONPairs = ["name": name]
        if let tid {
            add(&json, ["ph": "M", "name": what, "pid": pid, "tid": tid, "args": arguments])
        } else {
            add(&json, ["ph": "M", "name": what, "pid": pid, "args": arguments])
        }
    }

    private func write(_ build: TraceBuild, number: Int, _ json: inout JSONWriter) {
        name(&json, "process_name", build.label.printable, pid: number)
        for lane in 0..<build.lanes {
            name(&json, "thread_name", "token \(lane + 1)", pid: number, tid: lane)
        }
        for slice in build.slices { write(slice, build: number, &json) }
    }

    private func write(_ slice: TraceSlice, build: Int, _ json: inout JSONWriter) {
        let process = trace.processes[slice.process]
        let arguments: JSONPairs = [
            "pid": process?.pid ?? 0, "end": "\(slice.ending)", "held before": slice.wasOpen,
        ]
        add(
            &json,
            [
                "ph": "X", "cat": "token", "name": (process?.command ?? "not known").printable, "pid": build,
                "tid": slice.lane, "ts": slice.begin, "dur": slice.end - slice.begin, "args": arguments,
            ]
        )
    }

    private func write(_ holdback: TraceHoldback, _ json: inout JSONWriter) {
        let end = holdback.end ?? trace.length
        add(
            &json,
            [
                "ph": "X", "cat": "gate", "name": "\(holdback.rule)", "pid": 0, "tid": 0,
                "ts": holdback.begin, "dur": end - holdback.begin,
            ]
        )
    }

    /// Held, free and lent at each time at which one of them changes.
    private func writeTokens(_ json: inout JSONWriter) {
        var (limits, helds, lents) = (trace.limit[...], trace.held[...], trace.lent[...])
        var (limit, held, lent) = (0, 0, 0)
        while let time = [limits.first, helds.first, lents.first].compactMap({ $0?.time }).min() {
            if let point = limits.first, point.time == time { limit = limits.removeFirst().value }
            if let point = helds.first, point.time == time { held = helds.removeFirst().value }
            if let point = lents.first, point.time == time { lent = lents.removeFirst().value }
            counter(&json, "tokens", time, ["held": held, "free": limit + lent - held, "lent": lent])
        }
    }

    private func counter(_ json: inout JSONWriter, _ name: String, _ time: Int64, _ values: JSONPairs) {
        add(&json, ["ph": "C", "name": name, "pid": 0, "ts": time, "args": values])
    }
}
