internal import Testing
internal import TestKit

@testable import Wire

@Suite struct LineBufferTests {
    @Test func linesComeOutHoweverTheBytesCameIn() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            let lines = (0..<5).map { _ in
                (0..<Int.random(in: 0...20, using: &generator)).map { _ in
                    UInt8.random(in: 32...126, using: &generator)
                }
            }
            var rest = Array(lines.joined(separator: [10])) + [10]
            var buffer = LineBuffer(limit: 20)
            var seen: [[UInt8]] = []
            while !rest.isEmpty {
                let count = Int.random(in: 1...rest.count, using: &generator)
                buffer.append(rest.prefix(count))
                rest.removeFirst(count)
                while let line = try buffer.next() { seen.append(line) }
            }
            #expect(seen == lines)
            #expect(buffer.count == 0)
        }
    }

    @Test func aLineAtTheLimitPassesAndOneBeyondDoesNot() throws {
        var buffer = LineBuffer(limit: 4)
        buffer.append(Array("abcd\nabcde\n".utf8))
        #expect(try buffer.next() == Array("abcd".utf8))
        #expect(throws: ControlError.tooLong(limit: 4)) { try buffer.next() }
    }

    @Test func aLineWithoutEndIsRefusedAsSoonAsItIsTooLong() throws {
        var buffer = LineBuffer(limit: 4)
        buffer.append(Array("abcd".utf8))
        #expect(try buffer.next() == nil)
        buffer.append(Array("e".utf8))
        #expect(throws: ControlError.tooLong(limit: 4)) { try buffer.next() }
    }
}
