internal import Squashfs

/// Digests a file's pieces; holes cost nothing, however large they are.
struct PieceDigester {
    private var digester = ContentDigest.Digester()

    mutating func update(_ piece: FilePiece) {
        switch piece {
        case .block(let bytes), .tail(let bytes):
            digester.update([1])
            digester.update(bytes)
        case .holes(let count):
            for _ in 0..<count { digester.update([0]) }
        }
    }

    consuming func finish() -> ContentDigest { digester.finish() }
}
