internal import Vocabulary

/// Answers `trace`: the state where the trace begins, and where to continue reading.
package struct TraceOpening: Decodable, Equatable, Sendable {
    /// The time from which the first event's is counted, in microseconds of the daemon's clock.
    package var time: Int64
    /// What that clock says now.
    package var now: Int64
    /// How many tokens might be out, and which rule held waiting processes back, at the beginning.
    package var limit: Int
    package var gate: Int
    /// How many tokens were out of a named pipe; absent where the holders are known.
    package var out: Int?
    /// The number of the first event to ask for.
    package var next: Int
    /// The number of the event that comes next in the daemon; `held` is of the moment before it.
    package var end: Int
    /// The holders and their tokens at `end`, as pairs of a process' number and a count.
    package var held: [Int]
    /// When the daemon was started, in microseconds of its clock; absent: unknown.
    ///
    /// The same numbers mean other events in another daemon.
    package var began: Int64?

    package init(
        time: Int64,
        now: Int64,
        limit: Int,
        gate: Int,
        out: Int?,
        next: Int,
        end: Int,
        held: [Int],
        began: Int64? = nil
    ) {
        self.time = time
        self.now = now
        self.limit = limit
        self.gate = gate
        self.out = out
        self.next = next
        self.end = end
        self.held = held
        self.began = began
    }
}

/// Answers `events`: some of them, and where to continue reading.
package struct TraceChunk: Decodable, Equatable, Sendable {
    /// As `TokenEvent.list` reads them.
    package var events: String
    /// The number to ask for next.
    package var next: Int
    /// Whether there is more already.
    package var more: Bool
    /// How many places of the ring were overwritten before they were asked for; absent: none.
    package var lost: Int?

    package init(events: String, next: Int, more: Bool, lost: Int?) {
        self.events = events
        self.next = next
        self.more = more
        self.lost = lost
    }

    /// How many events go into one answer at most, so that no token waits longer than a millisecond for it.
    package static let limit = 1_024
}

/// An answer to `processes`: one that has or had tokens.
package struct TraceProcess: Decodable, Equatable, Sendable {
    /// Its number in the history.
    package var number: Int
    package var pid: Int
    /// The label of its build.
    package var build: String
    /// Its command line, cut short.
    package var command: String
    /// The PID of the emerge that started its package, and holds a token for it; absent: none.
    package var dispatcher: Int?

    package init(number: Int, pid: Int, build: String, command: String, dispatcher: Int? = nil) {
        self.number = number
        self.pid = pid
        self.build = build
        self.command = command
        self.dispatcher = dispatcher
    }

    /// How many are in one answer at most.
    package static let limit = 32
}

extension TraceOpening: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("began", ifThere: began)
            json.member("end", end)
            json.member("gate", gate)
            json.member("held", held)
            json.member("limit", limit)
            json.member("next", next)
            json.member("now", now)
            json.member("out", ifThere: out)
            json.member("time", time)
        }
    }
}

extension TraceChunk: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("events", events)
            json.member("lost", ifThere: lost)
            json.member("more", more)
            json.member("next", next)
        }
    }
}

extension TraceProcess: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("build", build)
            json.member("command", command)
            json.member("dispatcher", ifThere: dispatcher)
            json.member("number", number)
            json.member("pid", pid)
        }
    }
}
