internal import Glibc

extension Environment {
    /// Every `NAME=value` of this process as bytes, in its order: a value need not be UTF-8.
    ///
    /// The corresponding C variable is `environ`.
    package static var entries: [[UInt8]] {
        var entries: [[UInt8]] = []
        // Safe: nobody changes the environment of these programs while they read it; each string is copied.
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let bytes = unsafe UnsafeBufferPointer(start: text, count: strlen(text))
            unsafe entries.append(bytes.map(UInt8.init(bitPattern:)))
            unsafe entry += 1
        }
        return entries
    }

    /// The entries with some variables set anew.
    package static func entries(setting variables: [String: String]) -> [[UInt8]] {
        let prefixes = variables.keys.map { Array("\($0)=".utf8) }
        let kept = entries.filter { entry in !prefixes.contains { entry.starts(with: $0) } }
        return kept + variables.sorted { $0.key < $1.key }.map { Array("\($0)=\($1)".utf8) }
    }
}
