/// The builds that build, counted and weighed, and those of them that rest.
struct ActiveBuilds {
    private(set) var count = 0
    private(set) var weight = 0.0
    /// Those that rest, in the order in which they will count no more.
    private(set) var resting = Chain()
    private var links = Links()

    /// What becomes of the build of that index.
    mutating func change(_ index: Int32, _ build: inout Build, to activity: Activity) {
        let wasActive = build.isActive
        build.activity = activity
        if case .resting = activity { resting.append(index, &links) } else { resting.remove(index, &links) }
        guard build.isActive != wasActive else { return }
        count += wasActive ? -1 : 1
        // No remainder of sums of fractions lives on.
        weight = count == 0 ? 0 : weight + (wasActive ? -1 : 1) * build.weight
    }

    mutating func change(weightOf build: inout Build, to weight: Double) {
        if build.isActive { self.weight += weight - build.weight }
        build.weight = weight
    }
}
