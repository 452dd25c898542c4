import Checkpoints
import LinearAlgebra
import Updates

/// A weight of the base as it is after loading in a type: what PEFT merges into.
struct LoadedBase: BaseWeight {
  let stored: StoredMatrix
  let type: DataType

  var rows: Int { stored.rows }
  var columns: Int { stored.columns }

  func matrix() throws -> Matrix { try rows(0..<rows) }

  func rows(_ range: Range<Int>) throws -> Matrix {
    Matrix(rows: range.count, columns: columns, values: try values(range))
  }

  func principalTriplets(count: Int) throws -> SingularTriplets {
    try SingularTriplets(of: matrix()).leading(count)
  }

  /// The entries of some rows, row after row.
  func values(_ range: Range<Int>) throws(CheckpointError) -> [Double] {
    type.rounded(try stored.values(rows: range))
  }
}
