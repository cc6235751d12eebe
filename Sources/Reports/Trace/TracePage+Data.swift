internal import Wire

extension TracePage {
    /// More slices than this are drawn as fewer, and more points of a line.
    private static let sliceLimit = 12_000
    private static let pointLimit = 1_500

    /// The trace for the page's script: one object, a few hundred kilobytes however long the trace is.
    static func data(_ trace: Trace, _ facts: TraceFacts) -> String {
        let builds = thinned(trace.builds, length: trace.length)
        // In the order in which the slices name them.
        var places: [Int: Int] = [:]
        for slice in builds.flatMap(\.slices) where places[slice.process] == nil {
            places[slice.process] = places.count
        }
        let processes = places.sorted { $0.value < $1.value }.map { number, _ in
            let process = trace.processes[number]
            return JSONTuple([process?.pid ?? 0, (process?.command ?? "not known").printable])
        }
        let rows = builds.map { label, lanes, slices -> JSONPairs in
            let numbers = slices.flatMap { slice in
                [
                    slice.begin, slice.end - slice.begin, Int64(slice.lane),
                    Int64(places[slice.process] ?? 0),
                    Int64(slice.ending.rawValue + (slice.wasOpen ? 4 : 0)), Int64(slice.count), slice.busy,
                ]
            }
            return ["label": label.printable, "lanes": lanes, "slices": numbers]
        }
        let holdbacks = trace.holdbacks.map {
            JSONTuple([$0.begin, $0.end ?? trace.length, "\($0.rule)"])
        }
        let page: JSONPairs = [
            "steve": facts.steve, "path": facts.path.printable, "backend": facts.backend.rawValue,
            "began": facts.beganMilliseconds, "length": trace.length, "holdersKnown": trace.holdersKnown,
            "tokens": trace.builds.reduce(0) { $0 + $1.slices.count },
            "loadLimit": facts.loadLimit ?? JSONNull() as any JSONWritable,
            "limit": points(trace.limit, trace.length) { max($0, $1) },
            "held": points(trace.held, trace.length) { max($0, $1) },
            "load": points(trace.load, trace.length) { max($0, $1) },
            "memory": points(trace.memory, trace.length) { min($0, $1) },
            "holdbacks": holdbacks, "processes": processes, "builds": rows,
        ]
        var json = JSONWriter(inPage: true)
        page.write(to: &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// The points; of those that the eye cannot tell apart only the worst.
    private static func points(
        _ points: [TracePoint],
        _ length: Int64,
        worse: (Int, Int) -> Int
    ) -> [[Int64]] {
        var kept: [TracePoint] = []
        let width = points.count > pointLimit ? max(1, length / Int64(pointLimit)) : 0
        for point in points {
            if let last = kept.last, width > 0, point.time - last.time < width {
                kept[kept.count - 1].value = worse(last.value, point.value)
            } else {
                kept.append(point)
            }
        }
        return kept.map { [$0.time, Int64($0.value)] }
    }

    private typealias Row = (label: String, lanes: Int, slices: [TraceSlice])

    /// The builds with few enough slices: short ones that follow one another in one row are drawn as one.
    private static func thinned(_ builds: [TraceBuild], length: Int64) -> [Row] {
        var rows: [Row] = builds.map { build in
            let order = build.slices.sorted { ($0.lane, $0.begin, $0.end) < ($1.lane, $1.begin, $1.end) }
            return (build.label, build.lanes, order)
        }
        var width = max(1, length / 16_384)
        while rows.reduce(0, { $0 + $1.slices.count }) > sliceLimit, width <= length {
            for index in rows.indices { rows[index].slices = merged(rows[index].slices, width) }
            width *= 2
        }
        return rows
    }

    private static func merged(_ slices: [TraceSlice], _ width: Int64) -> [TraceSlice] {
        var merged: [TraceSlice] = []
        for slice in slices {
            if let last = merged.last, last.lane == slice.lane, slice.begin - last.end < width,
                last.busy / Int64(last.count) < width, slice.busy / Int64(slice.count) < width
            {
                merged[merged.count - 1] = last.followed(by: slice)
            } else {
                merged.append(slice)
            }
        }
        return merged
    }
}

extension TraceSlice {
    /// Both as one, which bears the name of the longer.
    fileprivate func followed(by next: TraceSlice) -> TraceSlice {
        let longer = next.busy > busy ? next : self
        var both = TraceSlice(
            begin: begin,
            process: longer.process,
            build: build,
            lane: lane,
            wasOpen: wasOpen || next.wasOpen
        )
        both.end = next.end
        both.ending = next.ending
        both.count = count + next.count
        both.busy = busy + next.busy
        return both
    }
}
