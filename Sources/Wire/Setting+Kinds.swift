/// The kinds of values: how each is read, checked and printed.
extension Setting {
    static func count(
        _ name: String,
        _ letter: Character?,
        _ field: Field<Int>,
        _ range: ClosedRange<Int>,
        _ help: String
    ) -> Setting {
        let words = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return Setting(name, letter, "N", field, words, help, isLive: true) { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        } print: {
            "\($0)"
        }
    }

    /// A number, or `auto` for nil.
    static func countOrAuto(
        _ name: String,
        _ field: Field<Int?>,
        _ range: ClosedRange<Int>,
        _ help: String
    ) -> Setting {
        let words = "auto, or a whole number from \(range.lowerBound) to \(range.upperBound)"
        return Setting(name, nil, "N", field, words, help, isLive: true) { text in
            if text == "auto" { return .some(nil) }
            return Int(text).flatMap { range.contains($0) ? .some($0) : nil }
        } print: {
            $0.map { "\($0)" } ?? "auto"
        }
    }

    /// A limit that zero, or anything below, switches off.
    static func limit(_ name: String, _ letter: Character?, _ field: Field<Double?>, _ help: String)
        -> Setting
    {
        let words = "a number up to 1000000 (0 or less: no limit)"
        return Setting(name, letter, "LIMIT", field, words, help, isLive: true) { text in
            guard let value = Double(plain: text), value.isFinite, value <= 1_000_000 else { return nil }
            return .some(value > 0 ? value : nil)
        } print: {
            decimal($0 ?? 0)
        }
    }

    static func seconds(
        _ name: String,
        _ letter: Character?,
        _ field: Field<Duration>,
        _ range: ClosedRange<Double>,
        _ help: String
    ) -> Setting {
        let words = "a number of seconds from \(decimal(range.lowerBound)) to \(decimal(range.upperBound))"
        return Setting(name, letter, "SECONDS", field, words, help, isLive: true) { text in
            Double(plain: text).flatMap { range.contains($0) ? .seconds($0) : nil }
        } print: {
            decimal($0 / .seconds(1))
        }
    }

    static func flag(_ name: String, _ letter: Character?, _ field: Field<Bool>, _ help: String) -> Setting {
        Setting(name, letter, nil, field, "yes or no", help, isLive: true, parse: truth) { $0 ? "yes" : "no" }
    }

    static func choice<Choice: RawRepresentable<String> & CaseIterable & SendableMetatype>(
        _ name: String,
        _ field: Field<Choice>,
        _ help: String,
        isLive: Bool = false
    ) -> Setting {
        let names = Choice.allCases.map(\.rawValue)
        let words = "one of " + names.joined(separator: ", ")
        return Setting(name, nil, names.joined(separator: "|"), field, words, help, isLive: isLive) {
            Choice(rawValue: $0)
        } print: {
            $0.rawValue
        }
    }

    static func device(_ name: String, _ field: Field<DeviceName>, _ help: String) -> Setting {
        Setting(name, nil, "NAME", field, DeviceName.rule, help, isLive: false) {
            DeviceName($0)
        } print: {
            $0.description
        }
    }

    /// A user or a group.
    static func account(_ name: String, _ letter: Character?, _ field: Field<String?>, _ help: String)
        -> Setting
    {
        let words = "a name or number of at most 64 letters, digits and . _ -"
        return Setting(name, letter, "NAME", field, words, help, isLive: false) { text in
            let isPlain = text.utf8.allSatisfy { DeviceName.isLetterOrDigit($0) || "._-".utf8.contains($0) }
            return isPlain && (1...64).contains(text.utf8.count) && !text.hasPrefix("-") ? .some(text) : nil
        } print: {
            $0 ?? ""
        }
    }

    static func mode(_ name: String, _ field: Field<UInt32>, _ help: String) -> Setting {
        Setting(name, nil, "MODE", field, "an octal mode from 0 to 777", help, isLive: false) { text in
            UInt32(text, radix: 8).flatMap { $0 <= 0o777 ? $0 : nil }
        } print: {
            "0" + String($0, radix: 8)
        }
    }

    /// `32`, `0.5`: no `.0` behind a whole number.
    static func decimal(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? "\(value)"
    }

    private static func truth(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "yes", "true", "on", "1": true
        case "no", "false", "off", "0": false
        default: nil
        }
    }
}

extension Setting {
    /// Blank-separated `PATTERN=WEIGHT`.
    static func weights(_ name: String, _ field: Field<[String]>, _ help: String) -> Setting {
        let words = "a list of PATTERN=WEIGHT with weights from 0.01 to 100, as in \"dev-qt/*=0.5 app-*/*=2\""
        return Setting(name, nil, "PATTERN=WEIGHT", field, words, help, isLive: true) { text in
            let rules = text.split(whereSeparator: \.isWhitespace).map(String.init)
            return rules.allSatisfy { WeightRule($0) != nil } ? rules : nil
        } print: {
            $0.joined(separator: " ")
        }
    }
}

extension Double {
    /// A decimal number and nothing else: the library would also accept text behind a NUL, hexadecimal
    /// numbers, and "inf".
    package init?(plain text: some StringProtocol) {
        guard
            text.utf8.allSatisfy({
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "+-.eE".utf8.contains($0)
            })
        else { return nil }
        self.init(text)
    }
}
