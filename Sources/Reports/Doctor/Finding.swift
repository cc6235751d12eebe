package import Wire

/// One line of what the doctor says.
package struct Finding: Decodable, Equatable, Sendable {
    /// How bad it is.
    package enum State: String, Decodable, Sendable {
        case ok
        /// Builds work, but not as well as they might.
        case note
        case broken
    }

    /// The object that was checked.
    package var check: String
    package var state: State
    /// The result of the check.
    package var text: String
    /// The command that mends it, or what else to do.
    package var remedy: String?

    package init(_ check: String, _ state: State, _ text: String, remedy: String? = nil) {
        self.check = check
        self.state = state
        self.text = text
        self.remedy = remedy
    }
}

/// All lines, for `--json`.
package struct DoctorReport: Decodable, Equatable, Sendable {
    package var findings: [Finding]
    /// Whether anything is.
    package var broken: Bool

    package init(_ findings: [Finding]) {
        self.findings = findings
        broken = findings.contains { $0.state == .broken }
    }

    /// For people: a line each, and below it what mends it.
    package var text: String {
        let width = findings.map(\.check.count).max() ?? 0
        return findings.map { finding in
            let blanks = String(repeating: " ", count: width - finding.check.count)
            let state = finding.state == .ok ? "ok    " : finding.state == .note ? "note  " : "BROKEN"
            let remedy = finding.remedy.map { "\n        -> \($0.printable)" } ?? ""
            return "\(state)  \(finding.check)\(blanks)  \(finding.text.printable)\(remedy)\n"
        }.joined()
    }
}

extension Finding: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("check", check)
            json.member("remedy", ifThere: remedy)
            json.member("state", state.rawValue)
            json.member("text", text)
        }
    }
}

extension DoctorReport: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("broken", broken)
            json.member("findings", findings)
        }
    }
}
