internal import Packing

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
        JSONText.object([
            ("image_bytes", .number(imageBytes)),
            ("file_bytes", .number(fileBytes)),
            ("inodes", .number(UInt64(inodes))),
            ("fragments", .number(UInt64(fragments))),
            ("duplicates", .number(UInt64(duplicates))),
            ("warnings", .list(allWarnings)),
        ])
    }
}
