import Glibc
import Linux
import SystemPackage
import TestKit
import Testing

@testable import Ledger

/// A server may die between any two stores: the next one finds either the whole transaction or nothing of it.
@Suite struct TransactionTests {
    private let ledger: ServerLedger

    init() throws { ledger = try ServerLedger() }

    /// The same memory in the hands of another server, which has redone the declared transaction, if there is
    /// one.
    private func successor() throws -> ServerLedger {
        let next = try ServerLedger(Descriptor(owning: fcntl(ledger.memory.raw, F_DUPFD_CLOEXEC, 0)))
        next.recover()
        return next
    }

    private var words: [UInt64] { (0..<64).map { ledger[ledger.layout.account, 0, $0] } }

    @Test(arguments: 1...20)
    func transactionThatIsCutAnywhereIsWholeOrNotThere(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let before = words
            var after = before
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let (word, value) = (Int.random(in: 0..<64, using: &random), random.next())
                ledger.stage(value, ledger.layout.account, 0, word)
                after[word] = value
            }
            // A transaction that was not declared leaves no trace.
            #expect(try successor().redoneWords == before, "seed \(seed)")
            let count = ledger.staged
            for cut in 0...count {
                for (word, value) in before.enumerated() {
                    ledger[place: ledger.layout.account.start + word] = value
                }
                ledger.declare()
                for entry in 0..<cut { ledger.apply(entry) }
                #expect(try successor().redoneWords == after, "seed \(seed), \(cut) of \(count)")
            }
            ledger.finish()
            #expect(words == after)
        }
    }

    @Test func wordThatWasStagedTwiceHasTheLastValue() {
        ledger.stage(1, ledger.layout.account, 0, 3)
        ledger.stage(2, ledger.layout.account, 0, 3)
        ledger.commit()
        #expect(words[3] == 2)
    }

    /// Once a client has closed its hundred thousand opens again, the ledger is as complete as before.
    @Test func rowsBehindATableAreSaidAsLongAsTheyAreUsed() throws {
        let tables = [
            ledger.layout.builds, ledger.layout.clients, ledger.layout.processes, ledger.layout.files,
            ledger.layout.handles, ledger.layout.takings, ledger.layout.reads,
        ]
        for table in tables {
            let sign = try #require(table.sign)
            for row in table.rows...table.rows + 2 { ledger.stage(7, table, row, sign) }
            #expect(ledger.isIncomplete)
            ledger.stage(0, table, table.rows, sign)
            ledger.stage(0, table, table.rows + 1, sign)
            ledger.commit()
            #expect(ledger.isIncomplete)
            ledger.stage(0, table, table.rows + 2, sign)
            // The ledger stays incomplete until that transaction is committed.
            #expect(ledger.isIncomplete)
            ledger.commit()
            #expect(!ledger.isIncomplete)
        }
    }

    @Test func waitingRequestBehindTheTableIsSaidUntilItIsAnswered() {
        let frame = [UInt8](repeating: 1, count: 80)
        let row = ledger.layout.parked.rows + 5
        // Safe: the bytes are lent for the call.
        unsafe frame.withUnsafeBytes { unsafe ledger.park($0, in: row, mark: 3) }
        ledger.commit()
        #expect(ledger.isIncomplete)
        ledger.unpark(row)
        ledger.commit()
        #expect(!ledger.isIncomplete)
    }

    /// F_GET_SEALS and F_SEAL_EXEC of linux/fcntl.h.
    private static let (getSeals, sealExec): (CInt, CInt) = (1034, 0x20)

    private static let canSeal: Bool = {
        let version =
            (try? String(decoding: readWhole("/proc/sys/kernel/osrelease", limit: 64), as: UTF8.self)) ?? ""
        let numbers = version.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        return numbers.lexicographicallyPrecedes([6, 3]) == false
    }()

    /// Even a client that controls the server finds no file there that it could execute.
    @Test(.enabled(if: canSeal, "Linux 6.3 is the first that knows memory which is never to be run"))
    func memoryIsNeverAProgram() throws {
        var status = stat()
        #expect(unsafe fstat(ledger.memory.raw, &status) == 0)
        #expect(status.st_mode & 0o111 == 0)
        #expect(fcntl(ledger.memory.raw, Self.getSeals) & Self.sealExec != 0)
        #expect(fchmod(ledger.memory.raw, 0o700) == -1 && errno == EPERM)
    }

    @Test func ledgerOfAnotherLayoutIsRefused() throws {
        ledger[.version] += 1
        #expect(throws: Errno.invalidArgument) {
            _ = try ServerLedger(Descriptor(owning: fcntl(ledger.memory.raw, F_DUPFD_CLOEXEC, 0)))
        }
    }

    @Test(arguments: ["", "a", "seven78", "twelve bytes", String(repeating: "é", count: 40)])
    func textComesBackAsItWas(text: String) throws {
        ledger.stage(text.utf8, ledger.layout.identities, 5)
        ledger.commit()
        #expect(String(decoding: try successor().text(ledger.layout.identities, 5), as: UTF8.self) == text)
    }

    // MARK: Answers and frames

    private func promise(_ text: [UInt8]) -> Bool {
        var bytes = text
        // Safe: the bytes are lent for the call.
        return unsafe bytes.withUnsafeMutableBytes {
            var part = unsafe iovec(iov_base: $0.baseAddress, iov_len: $0.count)
            return unsafe ledger.stageAnswer(&part, 1)
        }
    }

    private func answers(_ ledger: ServerLedger) -> [[UInt8]] {
        var (offset, found) = (0, [[UInt8]]())
        while let answer = unsafe ledger.answer(at: offset) {
            unsafe found.append(Array(answer.frame))
            offset = unsafe answer.next
        }
        return found
    }

    @Test func answersArePromisedWithWhatTheyAreFor() throws {
        let one: [UInt8] = [9, 0, 0, 0, 1, 2, 3, 4, 5]
        let two: [UInt8] = [16, 0, 0, 0] + [UInt8](repeating: 7, count: 12)
        #expect(promise(one) && promise(two))
        #expect(answers(try successor()) == [])
        ledger.stage(1, ledger.layout.account, 0, 0)
        ledger.prepare()
        ledger.declare()
        #expect(answers(try successor()) == [one, two])
        ledger.finish()
        ledger.forgetAnswers()
        #expect(answers(try successor()) == [])
    }

    @Test func outboxThatIsFullSaysSo() {
        let frame = [0, 16, 0, 0] + [UInt8](repeating: 1, count: 4092)
        var count = 0
        while count < 10_000, promise(frame) { count += 1 }
        #expect(count * 4096 >= 32_768 * 32 - 4096)
        #expect(ledger.isIncomplete)
        ledger.commit()
        #expect(ledger.isIncomplete)
        ledger.forgetAnswers()
        ledger.commit()
        #expect(!ledger.isIncomplete)
    }

    @Test func frameInTheLandingIsThereUntilItsTransaction() throws {
        #expect(unsafe ledger.landed == nil)
        // Safe: the landing is the ledger's.
        unsafe ledger.landing.storeBytes(of: 48, as: UInt32.self)
        #expect(unsafe try successor().landed?.count == 48)
        ledger.stageEmptyLanding()
        #expect(unsafe try successor().landed?.count == 48)
        ledger.commit()
        #expect(unsafe ledger.landed == nil)
    }
}

extension ServerLedger {
    /// The account's words as `recover` left them.
    fileprivate var redoneWords: [UInt64] { (0..<64).map { self[layout.account, 0, $0] } }
}
