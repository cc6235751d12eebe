/// One line from a client: something to do, under an id that comes back in every answer to it.
package struct ControlRequest: Equatable, Sendable {
    /// What a client may ask for.
    package enum Action: Equatable, Sendable {
        /// Nothing but an answer.
        case ping
        /// The status report.
        case status
        /// The settings that hold.
        case get
        /// Other limits; all of them or none.
        case set([String: String])
        /// Stricter limits as long as a process lives: the peer's own, or that of the pid.
        case limit([String: String], pid: Int32?)
        /// The limits of that process' life hold no more; of none, all that the peer may drop.
        case drop(pid: Int32?)
        /// To be told when it is so.
        case watch(WaitCondition)
        /// The peer's process becomes a user of the daemon, charged with one token when `slot`.
        case register(slot: Bool)
        /// Where a trace of the last seconds, or from now on, begins.
        case trace(last: Double?)
        /// The events from that number on, those before `until` only.
        case events(after: Int, until: Int?)
        /// The processes with these numbers.
        case processes([Int])
        /// The learnt sizes of jobs; `forget` drops them.
        case sizes(forget: Bool)
    }

    /// A number of the client's choice.
    package var id: Int
    package var action: Action

    /// The most bytes that a request may have before its newline.
    ///
    /// All settings at once need two thirds of it; whatever fits is read within a millisecond, for which
    /// tokens wait.
    package static let lineLimit = 2_048

    /// A request under that id.
    package init(id: Int, _ action: Action) {
        self.id = id
        self.action = action
    }
}

extension ControlRequest: Decodable {
    private enum Key: String, CodingKey {
        case id, `do`, slot, values, pid, free, idle, last, after, until, numbers, forget
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        id = try fields.decode(Int.self, forKey: .id)
        let name = try fields.decode(String.self, forKey: .do)
        switch name {
        case "ping": action = .ping
        case "status": action = .status
        case "get": action = .get
        case "set": action = .set(try fields.decode([String: String].self, forKey: .values))
        case "limit": action = try Self.limit(fields)
        case "drop": action = .drop(pid: try fields.decodeIfPresent(Int32.self, forKey: .pid))
        case "watch": action = try Self.watch(fields)
        case "register": action = .register(slot: try fields.decode(Bool.self, forKey: .slot))
        case "trace": action = .trace(last: try fields.decodeIfPresent(Double.self, forKey: .last))
        case "events": action = try Self.events(fields)
        case "processes": action = .processes(try fields.decode([Int].self, forKey: .numbers))
        case "sizes": action = .sizes(forget: try fields.decodeIfPresent(Bool.self, forKey: .forget) ?? false)
        default: throw ControlError.unknownAction(name: name, id: id)
        }
    }

    private static func events(_ fields: KeyedDecodingContainer<Key>) throws -> Action {
        let after = try fields.decode(Int.self, forKey: .after)
        return .events(after: after, until: try fields.decodeIfPresent(Int.self, forKey: .until))
    }

    private static func limit(_ fields: KeyedDecodingContainer<Key>) throws -> Action {
        .limit(
            try fields.decode([String: String].self, forKey: .values),
            pid: try fields.decodeIfPresent(Int32.self, forKey: .pid)
        )
    }

    private static func watch(_ fields: KeyedDecodingContainer<Key>) throws -> Action {
        .watch(
            WaitCondition(
                free: try fields.decodeIfPresent(Int.self, forKey: .free),
                idle: try fields.decodeIfPresent(Bool.self, forKey: .idle) ?? false
            )
        )
    }
}

extension ControlRequest: JSONWritable {
    package func write(to json: inout JSONWriter) {
        var (name, members) = action.parts
        members["do"] = name
        members["id"] = id
        json.object(members)
    }
}

extension ControlRequest.Action {
    /// Its name, and its members.
    fileprivate var parts: (name: String, members: [String: any JSONWritable]) {
        switch self {
        case .ping: ("ping", [:])
        case .status: ("status", [:])
        case .get: ("get", [:])
        case .set(let values): ("set", ["values": values])
        case .limit(let values, let pid): ("limit", ["values": values].with("pid", pid))
        case .drop(let pid): ("drop", [:].with("pid", pid))
        case .watch(let condition):
            ("watch", [:].with("free", condition.free).with("idle", condition.idle ? true : nil))
        case .register(let slot): ("register", ["slot": slot])
        case .trace(let last): ("trace", [:].with("last", last))
        case .events(let after, let until): ("events", ["after": after].with("until", until))
        case .processes(let numbers): ("processes", ["numbers": numbers])
        case .sizes(let forget): ("sizes", [:].with("forget", forget ? true : nil))
        }
    }
}

extension [String: any JSONWritable] {
    /// With one more member if there is a value.
    fileprivate func with(_ key: String, _ value: (any JSONWritable)?) -> Self {
        merging(value.map { [key: $0] } ?? [:]) { $1 }
    }
}

/// The condition of a client that asks the daemon to say when it holds.
public struct WaitCondition: Equatable, Sendable {
    /// This many tokens can be granted, as `status` counts them.
    public var free: Int?
    /// Nothing is held.
    public var idle: Bool

    /// A condition that holds when all of its parts do.
    public init(free: Int? = nil, idle: Bool = false) {
        self.free = free
        self.idle = idle
    }

    /// Whether it holds with this many tokens free and this many out.
    package func holds(free count: Int, out: Int) -> Bool { count >= free ?? .min && (!idle || out <= 0) }
}
