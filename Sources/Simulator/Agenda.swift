/// What happens when: the earliest first, and in the order of entry at one moment.
struct Agenda<Event> {
    private var nodes: [(time: Double, order: UInt64, event: Event)] = []
    private var entered: UInt64 = 0

    var nextTime: Double { nodes.first?.time ?? .infinity }

    mutating func enter(_ event: Event, at time: Double) {
        entered += 1
        nodes.append((time, entered, event))
        var index = nodes.count - 1
        while index > 0, precedes(index, (index - 1) / 2) {
            nodes.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func next() -> Event? {
        guard let first = nodes.first, let last = nodes.popLast() else { return nil }
        guard !nodes.isEmpty else { return first.event }
        nodes[0] = last
        var index = 0
        while true {
            let children = (2 * index + 1..<2 * index + 3).filter { $0 < nodes.count }
            guard let child = children.min(by: precedes), precedes(child, index) else { return first.event }
            nodes.swapAt(child, index)
            index = child
        }
    }

    private func precedes(_ one: Int, _ other: Int) -> Bool {
        (nodes[one].time, nodes[one].order) < (nodes[other].time, nodes[other].order)
    }
}
