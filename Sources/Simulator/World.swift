import Jobserver

/// A machine, a server and its clients, on a virtual clock.
final class World<Jobs: Server> {
    enum Event {
        case arrive(Int)
        case wave(Int)
        case kernelUpdate
        case recheck
        case foreign
    }

    var server: Jobs
    var machine = Machine()
    var chance: Chance
    var processes: [Process] = []
    var agenda = Agenda<Event>()
    var measures = Measures()
    private(set) var now = 0.0
    /// Draws the next foreign load, and how long it stays.
    var foreignLoad: ((inout Chance) -> (tasks: Int, seconds: Double))?

    init(_ server: Jobs, seed: UInt64) {
        self.server = server
        chance = Chance(seed: seed)
        agenda.enter(.kernelUpdate, at: 5)
        agenda.enter(.recheck, at: 0.5)
    }

    /// A process that comes at this time.
    @discardableResult
    func add(_ work: Work, build: Int, dispatcher: Int? = nil, at time: Double) -> Int {
        processes.append(Process(work, build: build, dispatcher: dispatcher))
        agenda.enter(.arrive(processes.count - 1), at: time)
        return processes.count - 1
    }

    func run(until end: Double) {
        if foreignLoad != nil { agenda.enter(.foreign, at: 0) }
        while true {
            let jobEnd = machine.nextEnd(now)
            let next = min(agenda.nextTime, jobEnd, server.deadline)
            guard next < end else { return pass(to: end) }
            pass(to: next)
            if next == jobEnd {
                if let job = machine.endNext() { ended(job, isDone: true) }
            } else if next == agenda.nextTime {
                if let event = agenda.next() { happen(event) }
            } else {
                server.expire(at: now)
            }
            settle()
        }
    }

    private func pass(to time: Double) {
        let seconds = time - now
        if now >= measures.start {
            measures.seconds += seconds
            measures.jobSeconds += seconds * Double(machine.jobs.count)
            measures.usefulSeconds += seconds * machine.useful
            if processes.contains(where: { $0.wanted != nil }) {
                measures.waitedSeconds += seconds
                measures.busyWhileWaited += seconds * Double(processes.reduce(0) { $0 + $1.tokens })
            }
            for index in processes.indices {
                processes[index].tokenSeconds += seconds * Double(processes[index].tokens)
            }
        }
        machine.pass(seconds)
        now = time
    }

    private func happen(_ event: Event) {
        switch event {
        case .arrive(let index):
            let process = processes[index]
            server.connect(
                index,
                build: process.build,
                isDispatcher: process.work.packages != nil,
                dispatcher: process.dispatcher.map { processes[$0].build }
            )
            processes[index].isConnected = true
            makeReady(index)
            go(index)
        case .wave(let index):
            makeReady(index)
            go(index)
        case .kernelUpdate:
            machine.updateLoad(&chance)
            if now >= measures.start { measures.loads.append(machine.load) }
            agenda.enter(.kernelUpdate, at: now + 5)
        case .recheck:
            while let victim = machine.killIfFull(at: now) {
                measures.kills += 1
                ended(victim, isDone: false)
                settle()
            }
            sampleIfWanted()
            agenda.enter(.recheck, at: now + 0.5)
        case .foreign:
            guard let next = foreignLoad?(&chance) else { return }
            machine.foreign = next.tasks
            agenda.enter(.foreign, at: now + next.seconds)
        }
    }

    /// Does what the server decided, until it decides nothing more.
    func settle() {
        if server.foresees { sampleIfWanted() }
        while let answer = server.nextAnswer() {
            switch answer {
            case .grant(let index):
                processes[index].waits = false
                received(index)
                go(index)
            case .wake(let index):
                processes[index].waits = false
                go(index)
            }
            if server.foresees { sampleIfWanted() }
        }
    }

    func received(_ index: Int) {
        processes[index].tokens += 1
        processes[index].wanted = nil
        if processes[index].firstToken == nil { processes[index].firstToken = now }
    }

    func sampleIfWanted() {
        guard server.wantsSample(at: now) else { return }
        var sample = Sample()
        sample.loadAverage = (machine.load * 100).rounded() / 100
        if machine.memoryBytes < .infinity {
            let left = machine.memoryBytes - machine.usedBytes(at: now)
            sample.memoryAvailableBytes = Int(server.foresees ? machine.foreseenBytes : left)
        }
        if server.needsHolders { sample.holders = holders() }
        server.sampled(sample, at: now)
    }

    private func holders() -> [HolderUsage] {
        let byProcess = Dictionary(grouping: machine.jobs.values) { $0.process }
        return processes.indices.filter { processes[$0].tokens > 0 }.map { index in
            let jobs = (byProcess[index] ?? []).map { job in
                JobUsage(
                    identity: job.serial,
                    command: job.command,
                    ageNanoseconds: Int64((now - job.started) * 1e9),
                    residentBytes: Int(job.bytes(at: now))
                )
            }
            return HolderUsage(tokens: processes[index].tokens, jobs: jobs)
        }
    }
}
