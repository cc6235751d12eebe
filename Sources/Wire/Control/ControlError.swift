/// A line on the control socket that cannot be understood.
package enum ControlError: Error, Equatable, CustomStringConvertible {
    /// More bytes than a line may have.
    case tooLong(limit: Int)
    /// Not a JSON object, or one that lacks a member.
    case malformed(why: String, id: Int? = nil)
    /// A well-formed request for something that this version does not do.
    case unknownAction(name: String, id: Int)

    /// The request's id, if it could be read.
    package var id: Int? {
        switch self {
        case .tooLong: nil
        case .malformed(_, let id): id
        case .unknownAction(_, let id): id
        }
    }

    package var description: String {
        switch self {
        case .tooLong(let limit): "a line may have at most \(limit) bytes"
        case .malformed(let why, _): "this is no line of the control protocol: \(why)"
        case .unknownAction(let name, _):
            "steve \(Version.number) does not know the request \"\(String(name.prefix(40)).printable)\""
        }
    }
}
