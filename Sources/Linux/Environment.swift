internal import Glibc

/// The environment of this process.
package enum Environment {
    /// Every variable by its name; of two with one name the first.
    ///
    /// The corresponding C variable is `environ`.
    package static var current: [String: String] {
        var variables: [String: String] = [:]
        // Safe: nobody changes the environment of these programs while they read it; each string is copied.
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let line = unsafe String(cString: text)
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, variables[String(parts[0])] == nil {
                variables[String(parts[0])] = String(parts[1])
            }
            unsafe entry += 1
        }
        return variables
    }
}

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

    /// The entries with some variables set anew, or taken away where the value is nil.
    package static func entries(setting variables: [String: [UInt8]?]) -> [[UInt8]] {
        let prefixes = variables.keys.map { Array("\($0)=".utf8) }
        let kept = entries.filter { entry in !prefixes.contains { entry.starts(with: $0) } }
        return kept
            + variables.sorted { $0.key < $1.key }.compactMap { name, value in
                value.map { Array("\(name)=".utf8) + $0 }
            }
    }

    /// Every variable by its name, the value as it is; of two with one name the first.
    package static var values: [String: [UInt8]] {
        entries.reduce(into: [:]) { values, entry in
            guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { return }
            let name = String(decoding: entry[..<equals], as: UTF8.self)
            if values[name] == nil { values[name] = Array(entry[(equals + 1)...]) }
        }
    }
}
