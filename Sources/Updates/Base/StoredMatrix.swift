public import Checkpoints
public import LinearAlgebra

/// A weight of a model as one matrix, however it is stored: as a whole tensor, as one expert of a fused
/// tensor, or as the gate and up projections of an expert, which are stacked here. Entries are read on
/// demand.
public struct StoredMatrix: BaseWeight {
  /// Consecutive rows of a tensor, counted over all leading dimensions as in `ModelWeight`.
  public struct Piece: Sendable {
    public let weight: ModelWeight
    public let rows: Range<Int>

    public init(weight: ModelWeight, rows: Range<Int>) {
      self.weight = weight
      self.rows = rows
    }
  }

  /// From top to bottom; all have the same width.
  public let pieces: [Piece]
  public let rows: Int
  /// For a convolution, input channels times positions in the kernel.
  public let columns: Int

  /// - Precondition: The pieces have rows · columns entries in total.
  public init(pieces: [Piece], rows: Int, columns: Int) {
    precondition(
      pieces.reduce(0) { $0 + $1.rows.count * $1.weight.columns } == rows * columns,
      "the pieces of a matrix hold its entries")
    self.pieces = pieces
    self.rows = rows
    self.columns = columns
  }

  /// A whole tensor: the first dimension gives the rows, all others together the columns; a vector is one row.
  public init(_ weight: ModelWeight) {
    let count = weight.rows * weight.columns
    let rows = weight.shape.count < 2 ? 1 : weight.shape[0]
    // Without rows there are no entries, but the width is still compared with that of the base.
    self.init(
      pieces: [Piece(weight: weight, rows: 0..<weight.rows)], rows: rows,
      columns: rows == 0 ? weight.columns : count / rows)
  }

  /// One of the matrices in a tensor of three dimensions.
  public init(_ weight: ModelWeight, expert: Int) {
    let rows = weight.shape[1]
    self.init(
      pieces: [Piece(weight: weight, rows: expert * rows..<(expert + 1) * rows)], rows: rows,
      columns: weight.columns)
  }

  /// The storage type of the first piece; all pieces of a matrix are assumed to have the same.
  public var storageType: DataType { pieces[0].weight.storageType }

  public var shape: [Int] { [rows, columns] }

  /// The pieces, each with the rows of the matrix that it holds.
  package var placedPieces: [(piece: Piece, rows: Range<Int>)] {
    var start = 0
    return pieces.map { piece in
      let height = piece.rows.count * piece.weight.columns / max(columns, 1)
      defer { start += height }
      return (piece, start..<start + height)
    }
  }

  /// Some of the rows, as a matrix.
  /// - Precondition: The rows are inside the matrix.
  public func slice(_ range: Range<Int>) -> StoredMatrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows of the matrix")
    var kept = placedPieces.compactMap { piece, rows -> Piece? in
      let here = range.clamped(to: rows)
      if here.isEmpty { return nil }
      // A row of a convolution is several of its tensor.
      let lines = piece.rows.count / rows.count
      let first = piece.rows.lowerBound + (here.lowerBound - rows.lowerBound) * lines
      return Piece(weight: piece.weight, rows: first..<first + here.count * lines)
    }
    if kept.isEmpty {
      // Without entries, the matrix still has a type.
      let first = pieces[0].rows.lowerBound
      kept = [Piece(weight: pieces[0].weight, rows: first..<first)]
    }
    return StoredMatrix(pieces: kept, rows: range.count, columns: columns)
  }

  /// All entries, in memory.
  /// - Throws: As ``values()``.
  public func matrix() throws -> Matrix {
    Matrix(rows: rows, columns: columns, values: try values())
  }

  /// All entries, row after row.
  /// - Throws: As `ModelWeight.doubles()`.
  public func values() throws(CheckpointError) -> [Double] { try values(rows: 0..<rows) }

  /// The entries of some rows, row after row.
  /// - Throws: As `ModelWeight.doubles(rows:)`.
  public func values(rows: Range<Int>) throws(CheckpointError) -> [Double] {
    var values = [Double]()
    try read(rows: rows, columns: 0..<columns, into: &values)
    return values
  }

  /// The `count` singular triplets with the largest singular values, from a decomposition of the
  /// whole matrix.
  /// - Throws: As ``values()``; a LAPACK failure.
  public func principalTriplets(count: Int) throws -> SingularTriplets {
    try SingularTriplets(of: matrix()).leading(count)
  }
}
