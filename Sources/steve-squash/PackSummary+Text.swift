internal import Packing
internal import Wire

extension PackSummary {
    /// What people should know although the image is whole.
    var allWarnings: [String] {
        warnings + changes + unusedRules.map { "the rule \($0) matches nothing" }
    }

    var text: String {
        "\(binarySize(imageBytes)) for \(binarySize(fileBytes)) in \(inodes) inodes, ratio "
            + "\(hundredths(fileBytes * 100 / max(1, imageBytes))), \(duplicates) duplicate files, \(fragments) fragments"
            + (isPrivate ? "\nfor its owner only: not everybody may read all that is in it (see --mode)" : "")
    }

    var json: String {
        let members: JSONPairs = [
            "image_bytes": imageBytes, "file_bytes": fileBytes, "inodes": Int(inodes),
            "fragments": Int(fragments),
            "duplicates": Int(duplicates), "warnings": allWarnings,
        ]
        return JSONWriter.text(members)
    }
}
