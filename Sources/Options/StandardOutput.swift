internal import SystemPackage

/// The stream for the output that was asked for.
package enum StandardOutput {
    /// Why the output could not be written completely, in a sentence for people.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Writes the text at once; a full disk is an error, which it would not be with `print`.
    package static func write(_ text: String) throws(Failure) { try write(bytes: Array(text.utf8)) }

    /// The same for what need not be UTF-8.
    package static func write(bytes: [UInt8]) throws(Failure) {
        do {
            try FileDescriptor.standardOutput.writeAll(bytes)
        } catch {
            throw Failure(description: "cannot write to the standard output: \(error)")
        }
    }
}
