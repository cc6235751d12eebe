internal import SystemPackage

/// The next part of a file: whole blocks, and what is left at its end.
enum FilePiece {
    case block([UInt8])
    /// Whole blocks of zeros, whether the file system stores them or not.
    case holes(Int)
    case tail([UInt8])
}

/// What ended the reading of a file's pieces: the file, or their receiver.
enum PieceFailure: Error {
    case file(Errno)
    case taker(PackError)
}

extension SourceFile {
    /// Hands over the file's pieces in order.
    ///
    /// A file that is cut short meanwhile ends where it ends.
    func forEachPiece(
        of blockSize: Int,
        _ take: (FilePiece) throws(PackError) -> Void
    ) throws(PieceFailure) {
        var offset: UInt64 = 0
        while offset < status.size {
            let piece: FilePiece
            do { piece = try nextPiece(at: offset, blockSize) } catch { throw .file(error) }
            switch piece {
            case .block, .holes: break
            case .tail(let bytes) where bytes.isEmpty: return
            case .tail: offset = status.size
            }
            if case .block = piece { offset += UInt64(blockSize) }
            if case .holes(let count) = piece { offset += UInt64(count) * UInt64(blockSize) }
            do { try take(piece) } catch { throw .taker(error) }
        }
    }

    /// All pieces, for a file that has few.
    func pieces(of blockSize: Int) throws(PieceFailure) -> [FilePiece] {
        var pieces: [FilePiece] = []
        try forEachPiece(of: blockSize) { (piece) throws(PackError) in pieces.append(piece) }
        return pieces
    }

    private func nextPiece(at offset: UInt64, _ blockSize: Int) throws(Errno) -> FilePiece {
        let left = status.size - offset
        if left >= UInt64(blockSize), status.hasHoles {
            let data = min(try nextData(from: offset) ?? status.size, status.size)
            let holes = data > offset ? Int((data - offset) / UInt64(blockSize)) : 0
            if holes > 0 { return .holes(holes) }
        }
        let bytes = try read(at: offset, count: Int(min(left, UInt64(blockSize))))
        guard bytes.count == blockSize else { return .tail(bytes) }
        return bytes.contains { $0 != 0 } ? .block(bytes) : .holes(1)
    }
}
