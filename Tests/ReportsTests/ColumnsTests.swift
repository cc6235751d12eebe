internal import Testing

@testable import Reports
@testable import Wire

/// How many columns a text takes on a terminal.
@Suite struct ColumnsTests {
    @Test(arguments: [
        ("", 0), ("make", 4), ("Grüße", 5), ("e\u{301}t\u{301}", 2), ("編集", 4), ("한글", 4), ("ｆ!", 3),
        ("🎉", 2),
        ("\u{2764}\u{FE0F}", 2), ("…─", 2),
    ])
    func aTextHasSoManyColumns(text: String, columns: Int) {
        #expect(text.columns == columns)
    }

    @Test(arguments: [
        ("編集器を作る", 12, "編集器を作る"), ("編集器を作る", 11, "編集器を作…"), ("編集器を作る", 10, "編集器を…"),
        ("e\u{301}ab", 2, "e\u{301}…"), ("make -j", 4, "mak…"), ("make", 0, ""), ("編", 1, "…"),
    ])
    func aCutTextIsNoWiderThanItsRoom(text: String, width: Int, cut: String) {
        #expect(text.cut(to: width) == cut)
        #expect(cut.columns <= width)
    }

    @Test func aTableOfWideAndCombiningNamesIsAlignedAndFits() {
        var report = StatusReport(path: "/dev/steve", backend: .cuse, limit: 4)
        for (number, name) in ["編集器-1", "e\u{301}diteur", "plain", "\u{1B}[2J\u{9B}31m\u{202E}x\u{7}"]
            .enumerated()
        {
            report.holders.append(
                .init(pid: number + 1, command: name, tokens: 1, since: Double(number), build: name)
            )
        }
        report.builds = StatusReport.builds(report.holders, [])
        for width in [30, 40, 44, 120] {
            let text = StatusTable(report, width: width, isVerbose: true).text
            let screen = TopScreen(report, width: width, height: 30).lines.map(\.text)
            for line in text.split(separator: "\n").map(String.init) + screen {
                #expect(line.columns <= width)
                #expect(
                    line.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
                )
                #expect(!line.contains("\u{202E}"))
            }
        }
        #expect(StatusTable(report).text.contains("?[2J?31m?x?"))
    }
}
