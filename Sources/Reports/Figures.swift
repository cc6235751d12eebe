internal import Wire

/// Numbers for people, in few characters.
enum Figures {
    /// Two units at most: `0.4s`, `12s`, `1m 02s`, `2h 03m`, `3d 04h`.
    static func age(_ seconds: Double) -> String {
        guard seconds >= 10 else { return "\((max(0, seconds) * 10).rounded(.down) / 10)s" }
        let whole = Int(min(seconds, 1e12))
        switch whole {
        case ..<60: return "\(whole)s"
        case ..<3_600: return "\(whole / 60)m \(twoDigits(whole % 60))s"
        case ..<86_400: return "\(whole / 3_600)h \(twoDigits(whole / 60 % 60))m"
        default: return "\(whole / 86_400)d \(twoDigits(whole / 3_600 % 24))h"
        }
    }

    /// A short time to the millisecond, a long one as an age.
    static func wait(_ seconds: Double) -> String {
        guard seconds > 0, seconds < 10 else { return seconds > 0 ? age(seconds) : "0s" }
        return seconds < 0.001 ? "<1ms" : "\((seconds * 1_000).rounded() / 1_000)s"
    }

    /// At most two places: `31.25`, `32`.
    static func short(_ value: Double) -> String { rounded(value, places: 2) }

    /// At most this many places, and no `.0`.
    static func rounded(_ value: Double, places: Int) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let rounded = (value * scale).rounded() / scale
        return Int(exactly: rounded).map(String.init) ?? "\(rounded)"
    }

    /// `812 MiB`, `23.4 GiB`.
    static func memory(mebibytes: Double) -> String {
        guard mebibytes >= 1_024 else { return "\(short(mebibytes.rounded())) MiB" }
        return "\(short((mebibytes / 102.4).rounded() / 10)) GiB"
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
