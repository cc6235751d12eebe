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
