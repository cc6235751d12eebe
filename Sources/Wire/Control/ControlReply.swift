/// One line from the daemon: an answer, or word that the answer will take a while.
///
/// A reader that does not know yet to which request a line belongs reads it as a reply of
/// `ControlAnswer.Done`.
package struct ControlReply<Answer: ControlAnswering>: Equatable, Sendable {
    /// What became of the request.
    package enum Outcome: Equatable, Sendable {
        /// It was done.
        case done(Answer)
        /// It was not, and why, in a sentence for people.
        case failed(String)
        /// There is no place for the connection now, and why; sent instead of the greeting.
        case busy(String)
        /// It waits for its token, or its moment: the same request is answered once more.
        case waiting
        /// A later version says something in between that this one does not know and ignores.
        case unknown
    }

    /// The request's; absent where the request had none that could be read.
    package var id: Int?
    package var outcome: Outcome

    /// A reply to the request of that id.
    package init(_ id: Int?, _ outcome: Outcome) {
        self.id = id
        self.outcome = outcome
    }

    /// It was done, and this answers it.
    package init(_ id: Int, _ answer: Answer) {
        self.init(id, .done(answer))
    }
}

extension ControlReply where Answer == ControlAnswer.Done {
    /// It was done, and that is all.
    package static func done(_ id: Int) -> Self { Self(id, ControlAnswer.Done()) }

    /// It was not done.
    package static func failed(_ id: Int?, _ sentence: String) -> Self { Self(id, .failed(sentence)) }

    /// There is no place, and why.
    package static func busy(_ sentence: String) -> Self { Self(nil, .busy(sentence)) }

    /// The answer follows.
    package static func waiting(_ id: Int) -> Self { Self(id, .waiting) }
}

extension ControlReply: Decodable {
    private enum Key: String, CodingKey {
        case id, ok, error, busy, waiting
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        id = try fields.decodeIfPresent(Int.self, forKey: .id)
        switch try fields.decodeIfPresent(Bool.self, forKey: .ok) {
        case true?: outcome = .done(try Answer(from: decoder))
        case false?:
            let why = try fields.decodeIfPresent(String.self, forKey: .error)
            let isBusy = try fields.decodeIfPresent(Bool.self, forKey: .busy) ?? false
            outcome =
                isBusy
                ? .busy(why ?? "it is full") : .failed(why ?? "the daemon refused without a reason")
        case nil:
            let isWaiting = try fields.decodeIfPresent(Bool.self, forKey: .waiting) ?? false
            outcome = isWaiting ? .waiting : .unknown
        }
    }
}

extension ControlReply: JSONWritable {
    package func write(to json: inout JSONWriter) {
        var members: [String: any JSONWritable] = [:]
        switch outcome {
        case .done(let answer):
            members = answer.members
            members["ok"] = true
        case .failed(let why): members = ["ok": false, "error": why]
        case .busy(let why): members = ["ok": false, "error": why, "busy": true]
        case .waiting: members = ["waiting": true]
        case .unknown: break
        }
        if let id { members["id"] = id }
        json.object(members)
    }
}
