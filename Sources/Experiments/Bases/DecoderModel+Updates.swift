import LinearAlgebra
import Training
import Updates

extension DecoderModel {
  /// The same decoder with what a checkpoint changed.
  /// - Returns: Nil if a changed tensor is not one of the decoder's, or has another shape.
  /// - Throws: What reading throws.
  func adding(_ updates: CheckpointUpdates) throws -> DecoderModel? {
    adding(
      try updates.modules.map { ("\($0.module).weight", try $0.matrix()) }
        + updates.vectors.map { ($0.name, try $0.row()) })
  }
}

extension VectorUpdate {
  /// The change as a matrix of one row.
  func row() throws -> Matrix { Matrix(rows: 1, columns: count, values: try change()) }
}
