internal import TestKit
internal import Testing

@testable import Squashfs

@Suite struct LikenessOrderTests {
    private let blockSize = 16_384

    /// Pieces of four texts, in turn, so that neighbours have nothing in common.
    private func pieces(_ count: Int) -> [[UInt8]] {
        var random = SeededGenerator(seed: 5)
        let texts = (0..<4).map { _ in (0..<3000).map { _ in UInt8.random(in: 0...255, using: &random) } }
        return (0..<count).map { texts[$0 % 4] + [UInt8($0)] }
    }

    private func blocks(_ pieces: [[UInt8]]) -> [[Int]] {
        var likeness = LikenessOrder(totalBytes: 0)
        for piece in pieces { likeness.add(piece) }
        return likeness.blocks(ofSize: blockSize)
    }

    @Test func everyPieceComesOnceAndFits() {
        let pieces = pieces(41) + [[], [1], Array(repeating: 0, count: blockSize - 1)]
        let blocks = blocks(pieces)
        #expect(blocks.joined().sorted() == Array(pieces.indices))
        for block in blocks { #expect(block.reduce(0) { $0 + pieces[$1].count } <= blockSize) }
    }

    @Test func likePiecesShareABlock() {
        // Five pieces fit into a block.
        let blocks = blocks(pieces(40))
        #expect(blocks.count == 8)
        for block in blocks { #expect(Set(block.map { $0 % 4 }).count == 1) }
    }

    /// Two pieces that differ in a few bytes only stay together, whatever else is like one of them.
    @Test func theLikestPairIsNotTornApart() {
        var random = SeededGenerator(seed: 6)
        let text = (0..<9000).map { _ in UInt8.random(in: 0...255, using: &random) }
        let blocks = blocks([Array(text[..<8000]), Array(text[7000...]), Array(text[..<7900])])
        #expect(blocks == [[0, 2], [1]])
    }

    @Test func whatIsLikeNothingStaysBesideItsNeighbours() {
        var random = SeededGenerator(seed: 7)
        let pieces = (0..<12).map { _ in (0..<4000).map { _ in UInt8.random(in: 0...255, using: &random) } }
        #expect(blocks(pieces) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]])
    }

    @Test func blocksDependOnNothingElse() {
        #expect(blocks(pieces(33)) == blocks(pieces(33)))
    }
}
