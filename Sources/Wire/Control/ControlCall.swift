/// A request and the type of its answer, so that the compiler lets nobody read a trace out of the answer to
/// `get`.
package struct ControlCall<Answer: ControlAnswering>: Sendable {
    package let action: ControlRequest.Action

    private init(_ action: ControlRequest.Action) {
        self.action = action
    }
}

extension ControlCall where Answer == ControlAnswer.Done {
    package static var ping: Self { Self(.ping) }
    package static func limit(_ values: [String: String], pid: Int32?) -> Self {
        Self(.limit(values, pid: pid))
    }
    package static func drop(pid: Int32?) -> Self { Self(.drop(pid: pid)) }
    package static func watch(_ condition: WaitCondition) -> Self { Self(.watch(condition)) }
}

extension ControlCall where Answer == ControlAnswer.Registered {
    package static func register(slot: Bool) -> Self { Self(.register(slot: slot)) }
}

extension ControlCall where Answer == ControlAnswer.Values {
    package static var get: Self { Self(.get) }
}

extension ControlCall where Answer == ControlAnswer.Change {
    package static func set(_ values: [String: String]) -> Self { Self(.set(values)) }
}

extension ControlCall where Answer == ControlAnswer.Status {
    package static var status: Self { Self(.status) }
}

extension ControlCall where Answer == ControlAnswer.Trace {
    package static func trace(last seconds: Double?) -> Self { Self(.trace(last: seconds)) }
}

extension ControlCall where Answer == ControlAnswer.Events {
    package static func events(after number: Int, until end: Int?) -> Self {
        Self(.events(after: number, until: end))
    }
}

extension ControlCall where Answer == ControlAnswer.Processes {
    package static func processes(_ numbers: [Int]) -> Self { Self(.processes(numbers)) }
}

extension ControlCall where Answer == ControlAnswer.Sizes {
    package static func sizes(forget: Bool) -> Self { Self(.sizes(forget: forget)) }
}
