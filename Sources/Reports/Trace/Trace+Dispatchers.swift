internal import Wire

extension Trace {
    /// Which packages the tokens of emerge and its like belong to.
    ///
    /// A dispatcher takes a token before it starts a package, and returns it when the package has ended. So a
    /// package's token is the oldest one that the dispatcher held when the package took its first own token,
    /// and that belongs to no other package. A package that never took a token is not known.
    func packagesOfDispatchers() -> [Grant: String] {
        var starts: [String: (time: Int64, dispatcher: Int)] = [:]
        var held: [Int: [TraceSlice]] = [:]
        let dispatchers = dispatchersByProcess
        for slice in builds.flatMap(\.slices) {
            held[slice.process, default: []].append(slice)
            guard let process = processes[slice.process], let dispatcher = dispatchers[slice.process] else {
                continue
            }
            if let known = starts[process.build], known.time <= slice.begin { continue }
            starts[process.build] = (slice.begin, dispatcher)
        }
        var owners: [Grant: String] = [:]
        for (package, start) in starts.sorted(by: { ($0.value.time, $0.key) < ($1.value.time, $1.key) }) {
            // A process' tokens end in the order in which it got them.
            let slices = held[start.dispatcher] ?? []
            let grant = slices.indices.first { index in
                slices[index].begin <= start.time && start.time < slices[index].end
                    && owners[Grant(process: start.dispatcher, number: index)] == nil
            }
            if let grant { owners[Grant(process: start.dispatcher, number: grant)] = package }
        }
        return owners
    }

    /// The number of the process that dispatched each one's package: of those with its PID the last before
    /// it.
    ///
    /// Looked up once a process: a trace has many more slices.
    private var dispatchersByProcess: [Int: Int] {
        let numbers = Dictionary(grouping: processes.values, by: \.pid).mapValues { $0.map(\.number) }
        return processes.compactMapValues { process in
            guard let pid = process.dispatcher else { return nil }
            return numbers[pid]?.filter { $0 < process.number }.max()
        }
    }
}
