internal import Linux
package import SystemPackage
package import Wire

/// All that the executable decides before the daemon starts.
package struct Configuration {
    package var settings: Settings
    /// The environment, for the places that depend on it.
    package var environment: [String: String]
    /// Ends with the last registered user: a wrapper started it.
    package var endsWithUsers = false
    /// Told by a newline when the device answers.
    package var readyDescriptor: Int32? {
        // A number that nobody opened for us is soon one of our own: a supervisor that starts us again may
        // not open it.
        didSet { if !readyIsOpen { readyDescriptor = nil } }
    }
    /// Reads the settings again, from where they came.
    package var reload: () throws(ConfigurationError) -> Settings

    package init(
        settings: Settings,
        environment: [String: String],
        reload: @escaping () throws(ConfigurationError) -> Settings
    ) {
        self.settings = settings
        self.environment = environment
        self.reload = reload
    }

    /// The folders of the files that are read again by `reload`.
    package var folders: [String] = []

    private var readyIsOpen: Bool {
        guard let readyDescriptor else { return true }
        return (try? FileStatus(ofDescriptor: readyDescriptor)) != nil
    }

    /// Leaves the word that all is ready to the keeper: a reader waits for its last writer.
    func forgetReadiness() {
        if let readyDescriptor { _ = Descriptor(owning: readyDescriptor) }
    }

    /// Tells the starter that the device answers.
    mutating func announceReady() {
        // A pipe behind the wrapper's command, as in `with-steve make 2>&1 | tee log`, must end with that
        // command and not with the last user of its daemon.
        if endsWithUsers { Log.leavePipe() }
        guard let readyDescriptor else { return }
        let ready = Descriptor(owning: readyDescriptor)
        _ = try? ready.file.writeAll("\n".utf8)
        // The number will be another file's: no server is to close that.
        self.readyDescriptor = nil
    }
}

/// Why the settings cannot be read.
package enum ConfigurationError: Error, CustomStringConvertible {
    case setting(SettingError)
    case file(path: String, Errno)
    case notText(path: String)
    case unusable(String)

    package var description: String {
        switch self {
        case .setting(let error): "\(error)"
        case .file(let path, let errno): "cannot read the settings in \(path): \(errno)"
        case .notText(let path): "cannot read the settings in \(path): this is not UTF-8 text"
        case .unusable(let sentence): sentence
        }
    }
}
