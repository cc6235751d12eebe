internal import TestKit
internal import Testing

@testable import Squashfs

@Suite struct LikenessOrderTests {
    private let blockSize = 16_384

    /// Pieces of four texts, in turn: neighbours have nothing in common.
    private func pieces(_ count: Int) -> [[UInt8]] {
        var random = SeededGenerator(seed: 5)
        let texts = (0..<4).map { _ in (0..<3000).map { _ in UInt8.random(in: 0...255, using: &random) } }
        return (0..<count).map { texts[$0 % 4] + [UInt8($0)] }
    }

    private func order(_ pieces: [[UInt8]]) -> [Int] {
        var likeness = LikenessOrder(totalBytes: 0)
        for piece in pieces { likeness.add(piece) }
        return likeness.order(blockSize: blockSize)
    }

    @Test func everyPieceComesOnce() {
        let pieces = pieces(41) + [[], [1], Array(repeating: 0, count: blockSize - 1)]
        #expect(order(pieces).sorted() == Array(pieces.indices))
    }

    @Test func likePiecesShareABlock() {
        let order = order(pieces(40))
        // Five pieces fit into a block.
        for block in stride(from: 0, to: 40, by: 5) {
            #expect(Set(order[block..<block + 5].map { $0 % 4 }).count == 1)
        }
    }

    @Test func orderDependsOnNothingElse() {
        #expect(order(pieces(33)) == order(pieces(33)))
    }
}
