/// The way GNU make writes a list of words into MAKEFLAGS: blanks part the words, a backslash takes the next
/// character as it is.
enum MakeWords {
    /// The words as they are written, backslashes kept.
    static func split(_ text: String) -> [Substring] {
        var words: [Substring] = []
        var start: String.Index?
        var isEscaped = false
        for (index, character) in zip(text.unicodeScalars.indices, text.unicodeScalars) {
            if !isEscaped, isBlank(character) {
                if let start { words.append(text[start..<index]) }
                start = nil
                continue
            }
            isEscaped = !isEscaped && character == "\\"
            start = start ?? index
        }
        if let start { words.append(text[start...]) }
        return words
    }

    /// What make understands a written word as.
    ///
    /// A `$$` stands for one `$`, since make expands the value.
    static func plain(_ word: String) -> String {
        var plain = ""
        var previous: Unicode.Scalar?
        for character in word.unicodeScalars {
            let isRepeated = previous == character
            if character == "\\", previous != "\\" {
                previous = character
            } else if character == "$", isRepeated {
                previous = nil
            } else {
                plain.unicodeScalars.append(character)
                // A backslash that was itself quoted quotes nothing.
                previous = character == "\\" ? nil : character
            }
        }
        return plain
    }

    /// A word written so that make reads it back unchanged.
    static func quote(_ word: String) -> String {
        var quoted = ""
        for character in word.unicodeScalars {
            if character == "$" { quoted += "$" }
            if character == "\\" || isBlank(character) { quoted += "\\" }
            quoted.unicodeScalars.append(character)
        }
        return quoted
    }

    private static func isBlank(_ character: Unicode.Scalar) -> Bool { character == " " || character == "\t" }
}
