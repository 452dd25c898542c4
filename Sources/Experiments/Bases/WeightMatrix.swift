public import Checkpoints
public import LinearAlgebra
public import Spectra

/// A weight as one matrix, whatever pieces of tensors it lies in: a whole tensor, one expert of a
/// fused one, or the gate and up projections of an expert one below the other.
///
/// Nothing is read before it is asked for, and then no more than a panel.
public struct WeightMatrix: PanelSource {
  /// Consecutive rows of a tensor, all dimensions after the first taken together as columns.
  public struct Piece: Sendable {
    public let weight: ModelWeight
    public let rows: Range<Int>

    public init(weight: ModelWeight, rows: Range<Int>) {
      self.weight = weight
      self.rows = rows
    }

    /// A whole tensor.
    public init(_ weight: ModelWeight) { self.init(weight: weight, rows: 0..<weight.rows) }
  }

  /// From the first row on, one below the other; all of one width.
  public let pieces: [Piece]

  /// - Precondition: There is a piece, and all have as many columns.
  public init(_ pieces: [Piece]) {
    precondition(
      !pieces.isEmpty && pieces.allSatisfy { $0.weight.columns == pieces[0].weight.columns },
      "the pieces of a matrix have one width")
    self.pieces = pieces
  }

  public init(_ weight: ModelWeight) { self.init([Piece(weight)]) }

  public var rows: Int { pieces.reduce(0) { $0 + $1.rows.count } }
  public var columns: Int { pieces[0].weight.columns }
  public var shape: OrientedShape { OrientedShape(rows: rows, columns: columns) }
  /// The type of the first piece: those of one matrix are stored alike.
  public var storageType: DataType { pieces[0].weight.storageType }

  public func read(_ range: Range<Int>, into panel: inout [Double]) throws {
    let height = shape.isTall ? range.count : rows
    let width = shape.isTall ? columns : range.count
    if panel.count != height * width {
      panel = [Double](repeating: 0, count: height * width)
    }
    let wantedRows = shape.isTall ? range : 0..<rows
    let wantedColumns = shape.isTall ? 0..<columns : range
    try unsafe panel.withUnsafeMutableBufferPointer { buffer in
      var start = 0
      for piece in pieces {
        let here = wantedRows.clamped(to: start..<start + piece.rows.count)
        if !here.isEmpty {
          let first = (here.lowerBound - wantedRows.lowerBound) * width
          let inPiece =
            here.lowerBound - start + piece.rows.lowerBound
            ..< here.upperBound - start + piece.rows.lowerBound
          // The slice lies within the panel: `here` is within the wanted rows.
          try unsafe piece.weight.read(
            rows: inPiece, columns: wantedColumns,
            into: UnsafeMutableBufferPointer(rebasing: buffer[first..<first + here.count * width]))
        }
        start += piece.rows.count
      }
    }
  }

  /// All entries, out × in.
  public func matrix() throws -> Matrix<Double> {
    var values = [Double]()
    try read(0..<shape.long, into: &values)
    return Matrix(rows: rows, columns: columns, values: values)
  }
}
