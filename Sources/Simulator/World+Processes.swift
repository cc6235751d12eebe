import Vocabulary
import Jobserver

/// What the processes do.
extension World {
    /// The next jobs of a process become ready.
    func makeReady(_ index: Int) {
        let wave = processes[index].work.wave.map { chance.whole($0) } ?? processes[index].left
        let count = min(wave, processes[index].left)
        processes[index].ready = count
        if processes[index].left != .max { processes[index].left -= count }
    }

    /// Starts all jobs that can be started, and asks for missing tokens.
    func go(_ index: Int) {
        while processes[index].ready > 0, processes[index].running < processes[index].work.width {
            if processes[index].work.hasImplicitSlot, !processes[index].usesSlot {
                processes[index].usesSlot = true
                start(index, isOnToken: false)
            } else if processes[index].tokens > processes[index].runningOnTokens {
                start(index, isOnToken: true)
            } else if processes[index].waits || !acquire(index) {
                return
            }
        }
        processes[index].wanted = nil
        giveBackSurplus(index)
    }

    private func start(_ index: Int, isOnToken: Bool) {
        if isOnToken { processes[index].runningOnTokens += 1 }
        processes[index].running += 1
        if processes[index].ready != .max { processes[index].ready -= 1 }
        if let packages = processes[index].work.packages {
            let number = processes[index].started
            processes[index].started += 1
            let build = 1_000 * (processes[index].build + 1) + number
            return _ = add(packages[number % packages.count], build: build, dispatcher: index, at: now)
        }
        machine.start(process: index, isOnToken: isOnToken, work: processes[index].work, at: now, &chance)
    }

    /// Asks the server for one token, in the manner of the process; whether it got one.
    private func acquire(_ index: Int) -> Bool {
        if processes[index].wanted == nil { processes[index].wanted = now }
        if processes[index].firstWish == nil { processes[index].firstWish = now }
        sampleIfWanted()
        let isBlocking: Bool
        switch processes[index].work.habit {
        case .blocker, .hoarder: isBlocking = true
        case .retrier: isBlocking = false
        case .poller:
            isBlocking = false
            guard server.poll(index, at: now) else {
                processes[index].waits = true
                return false
            }
        }
        switch server.read(index, waits: isBlocking, at: now) {
        case .granted:
            received(index)
            return true
        case .parked:
            processes[index].waits = true
            return false
        case .wouldBlock:
            // A poller asks again, and is put in the queue.
            return processes[index].work.habit == .poller ? acquire(index) : false
        }
    }

    /// A job of a process has ended, or was killed and must be done again.
    func ended(_ job: Machine.Job, isDone: Bool) {
        ended(jobOf: job.process, isOnToken: job.isOnToken, isDone: isDone)
    }

    private func ended(jobOf index: Int, isOnToken: Bool, isDone: Bool) {
        processes[index].running -= 1
        if isDone {
            processes[index].completed += 1
            if now >= measures.start { measures.completed += 1 }
        } else if processes[index].ready != .max {
            processes[index].ready += 1
        }
        if isOnToken { processes[index].runningOnTokens -= 1 } else { processes[index].usesSlot = false }
        if isOnToken, processes[index].work.habit != .hoarder { giveBack(index) }
        if processes[index].ready == 0, processes[index].running == 0 { return finishWave(index) }
        go(index)
    }

    private func giveBack(_ index: Int) {
        processes[index].tokens -= 1
        server.write(index, at: now)
        settle()
    }

    /// Returns tokens for which there is no work.
    private func giveBackSurplus(_ index: Int) {
        while processes[index].tokens > processes[index].runningOnTokens { giveBack(index) }
    }

    private func finishWave(_ index: Int) {
        giveBackSurplus(index)
        guard processes[index].left > 0 else {
            processes[index].isConnected = false
            processes[index].wanted = nil
            processes[index].done = now
            server.disconnect(index, at: now)
            guard let dispatcher = processes[index].dispatcher else { return }
            // Which of its packages began on its implicit slot does not matter to anybody.
            return ended(
                jobOf: dispatcher,
                isOnToken: processes[dispatcher].runningOnTokens > 0,
                isDone: true
            )
        }
        let pause = processes[index].work.pause
        agenda.enter(.wave(index), at: now + (pause > 0 ? chance.jobTime(mean: pause) : 0))
    }
}
