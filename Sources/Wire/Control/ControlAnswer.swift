/// The members of a reply besides `id` and `ok`.
package protocol ControlAnswering: Decodable, Equatable, Sendable {
    var members: [String: any JSONWritable] { get }
}

/// The types of answers; `ControlCall` says which request gets which.
package enum ControlAnswer {
    /// The request was carried out, and there is nothing to say.
    package struct Done: ControlAnswering {
        package init() {}

        package var members: [String: any JSONWritable] { [:] }
    }

    /// The peer is a user, and has its token if it asked for one.
    package struct Registered: ControlAnswering {
        /// What belongs behind `fifo:` in MAKEFLAGS.
        package var path: String
        package var backend: Backend

        package init(path: String, backend: Backend) {
            self.path = path
            self.backend = backend
        }

        package var members: [String: any JSONWritable] { ["path": path, "backend": backend.rawValue] }
    }

    /// Every setting by its name.
    package struct Values: ControlAnswering {
        package var values: [String: String]

        package init(_ values: [String: String]) { self.values = values }

        package var members: [String: any JSONWritable] { ["values": values] }
    }

    /// The old and the new values of the named settings.
    package struct Change: ControlAnswering, JSONWritable {
        package var old: [String: String]
        package var new: [String: String]

        package init(old: [String: String], new: [String: String]) {
            self.old = old
            self.new = new
        }

        package var members: [String: any JSONWritable] { ["old": old, "new": new] }

        package func write(to json: inout JSONWriter) { json.object(members) }
    }

    /// The status report.
    package struct Status: ControlAnswering {
        package var status: StatusReport

        package init(_ status: StatusReport) { self.status = status }

        package var members: [String: any JSONWritable] { ["status": status] }
    }

    /// Where a trace begins.
    package struct Trace: ControlAnswering {
        package var trace: TraceOpening

        package init(_ trace: TraceOpening) { self.trace = trace }

        package var members: [String: any JSONWritable] { ["trace": trace] }
    }

    /// Some events of a trace.
    package struct Events: ControlAnswering {
        package var chunk: TraceChunk

        package init(_ chunk: TraceChunk) { self.chunk = chunk }

        package var members: [String: any JSONWritable] { ["chunk": chunk] }
    }

    /// The processes that are remembered.
    package struct Processes: ControlAnswering {
        package var processes: [TraceProcess]

        package init(_ processes: [TraceProcess]) { self.processes = processes }

        package var members: [String: any JSONWritable] { ["processes": processes] }
    }

    /// The learnt sizes of jobs, the largest first.
    package struct Sizes: ControlAnswering {
        package var sizes: [JobSize]

        package init(_ sizes: [JobSize]) { self.sizes = sizes }

        package var members: [String: any JSONWritable] { ["sizes": sizes] }
    }
}
