internal import Linux
internal import Testing

@Suite struct LoadAverageTests {
    @Test(arguments: [
        ("0.29 0.28 0.13 3/106 6812\n", LoadAverage(oneMinute: 0.29, running: 3, total: 106)),
        ("37.05 21.00 9.99 32/4711 99999\n", LoadAverage(oneMinute: 37.05, running: 32, total: 4711)),
        ("1024.00 1.00 1.00 1/1 1", LoadAverage(oneMinute: 1024, running: 1, total: 1)),
    ])
    func aLineOfTheKernelIsUnderstood(line: String, expected: LoadAverage) throws {
        let load = try #require(parse(line) { LoadAverage(parsing: $0) })
        #expect(abs(load.oneMinute - expected.oneMinute) < 1e-9)
        #expect(load.running == expected.running)
        #expect(load.total == expected.total)
    }

    @Test(arguments: ["", "\n", "0.29", "0.29 0.28 0.13", "0.29 0.28 0.13 3 6812", "x 0.28 0.13 3/106 6812"])
    func anythingElseIsNot(line: String) {
        #expect(parse(line) { LoadAverage(parsing: $0) } == nil)
    }
}
