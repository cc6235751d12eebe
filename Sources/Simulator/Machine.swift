/// The machine that runs the jobs.
///
/// It has CPUs that are shared evenly, memory, and the kernel's books.
struct Machine {
    struct Job {
        let process: Int
        let isOnToken: Bool
        let started: Double
        let command: String
        let peakBytes: Double
        let growth: Double
        let serial: UInt64

        func bytes(at now: Double) -> Double { peakBytes * min(1, (now - started) / growth) }
    }

    var cpus = Double.infinity
    var memoryBytes = Double.infinity
    var baseBytes = 0.0
    /// Tasks that are not ours.
    var foreign = 0

    private(set) var jobs: [UInt64: Job] = [:]
    private(set) var load = 0.0
    /// What the next job will be, and use at its peak.
    private var next: (command: String, peak: Double)?
    /// CPU seconds that one running task has got since the start.
    private var progress = 0.0
    private var ends = Agenda<UInt64>()
    private var lastSerial: UInt64 = 0

    var active: Int { jobs.count + foreign }

    /// The part of a CPU that each task has.
    private var speed: Double { min(1, cpus / Double(max(1, active))) }

    /// CPUs that work on our jobs.
    var useful: Double { Double(jobs.count) * speed }

    /// When the next job ends, if nothing changes before.
    func nextEnd(_ now: Double) -> Double { now + (ends.nextTime - progress) / speed }

    mutating func pass(_ seconds: Double) {
        progress += seconds * speed
    }

    mutating func start(process: Int, isOnToken: Bool, work: Work, at now: Double, _ chance: inout Chance) {
        lastSerial += 1
        let job = next ?? draw(work, &chance)
        jobs[lastSerial] = Job(
            process: process,
            isOnToken: isOnToken,
            started: now,
            command: job.command,
            peakBytes: job.peak,
            growth: work.growth,
            serial: lastSerial
        )
        next = draw(work, &chance)
        ends.enter(lastSerial, at: progress + chance.jobTime(mean: work.jobTime))
    }

    private func draw(_ work: Work, _ chance: inout Chance) -> (command: String, peak: Double) {
        guard !work.commands.isEmpty else { return ("cc1plus", chance.uniform(work.peakBytes)) }
        let command = work.commands[chance.whole(0...work.commands.count - 1)]
        return (command.name, chance.uniform(command.peakBytes))
    }

    /// The job that has just ended; nil: it was killed before.
    mutating func endNext() -> Job? {
        guard let serial = ends.next() else { return nil }
        return jobs.removeValue(forKey: serial)
    }

    func usedBytes(at now: Double) -> Double {
        jobs.values.reduce(baseBytes) { $0 + $1.bytes(at: now) }
    }

    /// What would be left if every job, and the next one too, were at its peak.
    var foreseenBytes: Double {
        jobs.values.reduce(memoryBytes - baseBytes - (next?.peak ?? 0)) { $0 - $1.peakBytes }
    }

    /// The kernel kills the biggest job when memory is out; nil: it is not.
    mutating func killIfFull(at now: Double) -> Job? {
        guard usedBytes(at: now) > memoryBytes else { return nil }
        let victim = jobs.values.max { ($0.bytes(at: now), $0.serial) < ($1.bytes(at: now), $1.serial) }
        return victim.flatMap { jobs.removeValue(forKey: $0.serial) }
    }

    /// The kernel's update of its mean of one minute; at any moment one task in twenty sleeps.
    mutating func updateLoad(_ chance: inout Chance) {
        let awake = (0..<active).count { _ in chance.uniform(0...1) < 0.95 }
        load = (load * 1884 + Double(awake) * (2048 - 1884)) / 2048
    }
}
