internal import Linux
internal import SystemPackage
internal import Wire

/// The test's end of the connection to one client process, which does what it is told.
package final class Agent {
    package let pid: Int32
    private let stream: UnixStream
    private var lines = LineBuffer(limit: 128)
    private var answers: [Int: Int] = [:]
    private var lastID = 0

    init(_ stream: consuming UnixStream) throws(Errno) {
        pid = try stream.peer().pid
        self.stream = stream
    }

    var raw: CInt { stream.raw }

    /// Sends the process an order; the answer carries the returned number.
    package func order(_ call: Character, lane: Int = 0, file: Int = 0, _ argument: Int = 0) -> Int {
        lastID += 1
        // A process that has ended answers nothing.
        _ = try? stream.write(Array("\(lastID) \(lane) \(call) \(file) \(argument)\n".utf8)[...])
        return lastID
    }

    /// Removes and returns the order's answer, if it has come.
    func answer(_ id: Int) -> Int? { answers.removeValue(forKey: id) }

    /// Reads what has arrived; returns false if the process has ended.
    func receive() -> Bool {
        var bytes: [UInt8] = []
        guard let count = try? stream.read(into: &bytes) else { return false }
        lines.append(bytes)
        while let line = try? lines.next() {
            let words = String(decoding: line, as: UTF8.self).split(separator: " ").compactMap { Int($0) }
            if words.count == 2 { answers[words[0]] = words[1] }
        }
        return count > 0
    }
}
