internal import Vocabulary
internal import Glibc
internal import Jobserver
internal import Linux
internal import SystemPackage

/// What the kernel measures of the machine.
///
/// Its files are held open, so that a look needs no descriptor, of which none may be left.
struct MachineMeasures {
    let room = MemoryRoom()
    private let loadFile = Self.open("/proc/loadavg")
    private let cpuFile = Self.open(PressureResource.cpu.path)
    private let memoryFile = Self.open(PressureResource.memory.path)
    /// Why this machine has no pressure, load or available memory, in words that follow a colon; nil: it has
    /// it.
    let noPressure: String?
    let noLoad: String?
    let noMemory: String?

    init() {
        noPressure =
            Self.isUnmeasured(Self.pressure, cpuFile) || Self.isUnmeasured(Self.pressure, memoryFile)
            ? "this kernel does not measure pressure (it needs CONFIG_PSI=y, and psi=1 where that is not the default)"
            : nil
        noLoad =
            Self.isUnmeasured(Self.load, loadFile)
            ? "/proc/loadavg of this machine cannot be understood" : nil
        noMemory =
            room.isUnmeasured ? "/proc/meminfo of this machine does not tell how much is available" : nil
    }

    /// What these rules want to know, but for what the holders of tokens use.
    func sample(for settings: AdmissionSettings) throws(Blindness) -> Sample {
        var sample = Sample()
        if settings.maxLoad != nil {
            let load = try load(for: settings.loadSource == .running ? .running : .load)
            sample.loadAverage = load.oneMinute
            sample.runningTasks = load.running
        }
        if settings.maxPressure != nil {
            sample.cpuPressure = try pressure(.cpu)
            sample.memoryPressure = try pressure(.memory)
        }
        if settings.minMemoryBytes != nil { sample.memoryAvailableBytes = try availableBytes() }
        return sample
    }

    /// Load and running tasks.
    func load(for rule: GateRule) throws(Blindness) -> LoadAverage {
        do throws(Errno) {
            return try Self.load(loadFile)
        } catch {
            throw Blindness(rule: rule, what: "/proc/loadavg", why: "\(error)")
        }
    }

    /// The share of the last ten seconds in which some task waited, in per cent.
    func pressure(_ resource: PressureResource) throws(Blindness) -> Double {
        do throws(Errno) {
            return try Self.pressure(resource == .cpu ? cpuFile : memoryFile)
        } catch {
            throw Blindness(rule: .pressure, what: resource.path, why: "\(error)")
        }
    }

    /// What new programs could use.
    func availableBytes() throws(Blindness) -> Int {
        do throws(Errno) {
            return try room.available()
        } catch {
            throw Blindness(rule: .memory, what: "/proc/meminfo", why: "\(error)")
        }
    }

    private typealias File = Result<HeldFile, Errno>

    private static func open(_ path: String) -> File {
        do throws(Errno) {
            return .success(try HeldFile(path))
        } catch {
            return .failure(error)
        }
    }

    private static func load(_ file: File) throws(Errno) -> LoadAverage {
        try ProcFS.loadAverage(try file.get())
    }

    private static func pressure(_ file: File) throws(Errno) -> Double { try ProcFS.pressure(try file.get()) }

    /// Whether the file is not there or says something else: not whether it could not be opened just now.
    private static func isUnmeasured<Value>(
        _ read: (File) throws(Errno) -> Value,
        _ file: File
    ) -> Bool {
        do throws(Errno) {
            _ = try read(file)
            return false
        } catch {
            return [ENOENT, EOPNOTSUPP, EBADMSG].contains(error.rawValue)
        }
    }
}

/// Load and memory for the status, read at most a few times a second, however many clients ask.
///
/// In a container with its control groups one reading costs as much as a status of a hundred holders.
struct MachineLook {
    private(set) var load = 0.0
    private(set) var availableMebibytes = 0.0
    private var taken: MonotonicTime?

    private static let ageNanoseconds: Int64 = 200_000_000

    /// The measures, not older than a fifth of a second.
    mutating func look(at now: MonotonicTime, _ measures: MachineMeasures) -> MachineLook {
        if taken.map({ $0 + Self.ageNanoseconds <= now }) ?? true {
            taken = now
            load = (try? measures.load(for: .load))?.oneMinute ?? 0
            availableMebibytes = Double((try? measures.availableBytes()) ?? 0) / 1_048_576
        }
        return self
    }
}
