internal import Linux
internal import Reports
internal import SteveClient
internal import SystemPackage
internal import Wire

/// How the running kernel has CUSE: by its configuration if it shows that, otherwise by its modules.
extension MachineSurvey {
    func cuse(release: String) -> MachineFacts.Cuse { configured(release) ?? installed(release) ?? .unknown }

    private func configured(_ release: String) -> MachineFacts.Cuse? {
        let packed = root + "/proc/config.gz"
        let texts = [
            (try? FileStatus(ofPath: packed)) == nil ? "" : unpacked(packed),
            text("/boot/config-\(release)"),
        ]
        guard let config = texts.first(where: { $0.contains("CONFIG_") }) else { return nil }
        let lines = config.split(whereSeparator: \.isNewline)
        if lines.contains("CONFIG_CUSE=y") { return .builtIn }
        return lines.contains("CONFIG_CUSE=m") ? .module : .absent
    }

    private func installed(_ release: String) -> MachineFacts.Cuse? {
        let folder = "/lib/modules/\(release)"
        if text("\(folder)/modules.builtin").contains("/cuse.ko") { return .builtIn }
        let modules = text("\(folder)/modules.dep")
        return modules.isEmpty ? nil : modules.contains("/cuse.ko") ? .module : .absent
    }

    /// The lines about FUSE and CUSE, of some thousands.
    private func unpacked(_ path: String) -> String {
        let script = "gzip -dc \"$0\" 2>/dev/null | grep -E 'CONFIG_(CUSE|FUSE_FS)'"
        return String(
            decoding: (try? Program(["sh", "-c", script, path]).output(limit: 4_096)) ?? [],
            as: UTF8.self
        )
    }
}
