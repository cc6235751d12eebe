internal import SystemPackage

/// The stream for what was asked for.
package enum StandardOutput {
    /// Why it did not get all of it, in a sentence for people.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Writes the text at once; where it ends up on a full disk that is no success, as it would be with `print`.
    package static func write(_ text: String) throws(Failure) {
        do {
            try FileDescriptor.standardOutput.writeAll(text.utf8)
        } catch {
            throw Failure(description: "cannot write to the standard output: \(error)")
        }
    }
}
