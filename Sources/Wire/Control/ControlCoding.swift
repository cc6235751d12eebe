internal import FoundationEssentials

/// Messages as lines of JSON, newline included.
///
/// The only file that knows how JSON is read; `JSONWriter` writes it.
package enum ControlCoding {
    /// One line: the same message is always the same text.
    package static func line(_ message: some JSONWritable) -> [UInt8] {
        JSONWriter.bytes(message) + [UInt8(ascii: "\n")]
    }

    /// The most bytes that a reply may have before its newline: 10,000 holders with their commands fit.
    package static let replyLimit = 16 * 1_048_576

    /// A message of that type from one line without its newline.
    package static func message<Message: Decodable>(
        _ type: Message.Type,
        from line: [UInt8]
    ) throws(ControlError) -> Message {
        do {
            return try JSONDecoder().decode(type, from: Data(line))
        } catch let error as ControlError {
            throw error
        } catch let error as DecodingError {
            throw .malformed(why: error.sentence)
        } catch {
            throw .malformed(why: "it cannot be read")
        }
    }

    /// A request; its error carries the id wherever the line has one, so that it can be answered.
    package static func request(from line: [UInt8]) throws(ControlError) -> ControlRequest {
        do {
            return try message(ControlRequest.self, from: line)
        } catch .malformed(let why, _) {
            throw .malformed(why: why, id: try? message(Identified.self, from: line).id)
        }
    }

    private struct Identified: Decodable {
        var id: Int
    }
}

extension DecodingError {
    fileprivate var sentence: String {
        switch self {
        case .typeMismatch(_, let context) where context.codingPath.isEmpty: "it is no object"
        case .valueNotFound(_, let context) where context.codingPath.isEmpty: "it is no object"
        case .keyNotFound(let key, _): "\"\(key.stringValue)\" is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\"\(context.codingPath.map(\.stringValue).joined(separator: "."))\" is of the wrong type"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            "\"\(context.codingPath.map(\.stringValue).joined(separator: "."))\" has a value that is not known"
        case .dataCorrupted: "it is not JSON, or a number in it does not fit"
        @unknown default: "it cannot be read"
        }
    }
}
