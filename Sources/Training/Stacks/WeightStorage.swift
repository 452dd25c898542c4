import Checkpoints
import LinearAlgebra

/// In which type the weights of a policy are kept between uses. Products are always computed in the precision of the
/// policy, and the moments of the optimiser stay in it.
public enum WeightStorage: String, Codable, Sendable, CaseIterable {
  /// Everything as it is computed with.
  case float32
  /// Every tensor of the base, and what a start leaves of it, in bfloat16.
  case baseBFloat16 = "base-bfloat16"
  /// The trained parameters too, after every step of the optimiser: there is no copy of higher precision.
  case bfloat16

  /// The type of frozen weights; nil if they are not rounded.
  var frozenType: DataType? { self == .float32 ? nil : .bfloat16 }
  /// The type of trained parameters; nil if they are not rounded.
  var trainedType: DataType? { self == .bfloat16 ? .bfloat16 : nil }
}

extension AdaptedLayer {
  /// Rounds the parameters to the type that they are kept in.
  func store(in storage: WeightStorage) {
    guard let type = storage.trainedType else { return }
    for parameter in parameters { parameter.round(to: type) }
  }
}

extension Matrix {
  /// The nearest numbers of a narrower type.
  func rounded(to type: DataType) -> Matrix {
    Matrix(rows: rows, columns: columns, values: type.rounded(values))
  }
}

extension MatrixView {
  /// Replaces the numbers by the nearest ones of a narrower type.
  func round(to type: DataType) { set(matrix.rounded(to: type)) }
}
