internal import Testing

@testable import Wire

@Suite struct DaemonRequestTests {
    private func request(_ values: (String, String)...) -> DaemonRequest {
        DaemonRequest(values.map { SettingAssignment($0.0, $0.1, from: .option) })
    }

    @Test func optionsKeepTheirValuesAttached() {
        let options = request(("jobs", "8"), ("load-average", "-1"), ("verbose", "yes")).options
        #expect(options == ["--jobs=8", "--load-average=-1", "--verbose"])
    }

    @Test func onlyRealDifferencesAreWarnedAbout() {
        let running = Settings(cpus: 4).values
        let same = request(("jobs", "04"), ("load-average", "-1"), ("linger", "0.0"), ("backend", "auto"))
        #expect(same.warning(running: running, backend: .cuse) == nil)
        let other = request(("jobs", "8"), ("backend", "fifo"), ("dev-name", "steve"))
        let warning = "steve runs already, with jobs 4, not 8; backend cuse, not fifo: it stays so"
        #expect(other.warning(running: running, backend: .cuse) == warning)
    }

    @Test func aSettingThatTheDaemonDoesNotKnowIsNoDifference() {
        #expect(request(("jobs", "8")).warning(running: [:], backend: .cuse) == nil)
    }
}
