public import Documents

/// Why an adapter cannot be made, started or resumed.
public enum TrainableAdapterError: BadInput, Equatable {
  /// No method and no start has this key; `near` are those that look like it.
  case unknownKey(String, near: [String])
  /// The method has first values of its own.
  case startNotTaken(method: String, start: String)
  /// The name of a start stands for LoRA with it, and another one was asked for as well.
  case twoStarts(String, String)
  /// The rank is not between 1 and what the shape or the start allows.
  case rank(module: String, rank: Int, limit: Int)
  /// The start splits the rank into halves.
  case oddRank(module: String, rank: Int, start: String)
  /// The size of a dimension is no multiple of the block that tiles it.
  case indivisible(module: String, size: Int, block: Int)
  /// The scale is zero, infinite or not a number.
  case alpha(module: String, alpha: Double)
  /// Shared projections are smaller than the module.
  case projectionTooSmall(module: String, shape: MatrixShape, projection: MatrixShape)
  /// A start needs a batch of the task, and there is none.
  case calibrationNeeded(start: String)
  /// The batch is not one of this module, or is too small for the rank.
  case calibrationShape(start: String, found: MatrixShape, rows: Int, columns: Int)
  /// The covariance of the inputs stays singular however much it is damped.
  case singularCovariance(start: String)
  /// An output feature has the norm zero, which the method divides by.
  case zeroNorm(module: String, index: Int)
  /// A file lacks a tensor.
  case missingTensor(module: String, tensor: String)
  /// A tensor of a file has another shape.
  case tensorShape(module: String, tensor: String, found: [Int], expected: [Int])
  /// The steps or ranks of AdaLoRA's schedule contradict each other.
  case budget(String)
}

extension TrainableAdapterError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownKey(let key, let near):
      "there is no adapter '\(key)'"
        + (near.isEmpty ? "" : ", did you mean \(near.map { "'\($0)'" }.joined(separator: ", "))")
    case .startNotTaken(let method, let start):
      "the adapter '\(method)' has a start of its own: leave out '\(start)'"
    case .twoStarts(let first, let second):
      "'\(first)' is LoRA with that start: leave out the start '\(second)'"
    case .rank(let module, let rank, let limit):
      "rank \(rank) of '\(module)' is not in 1...\(limit)"
    case .oddRank(let module, let rank, let start):
      "rank \(rank) of '\(module)' is odd: the start '\(start)' needs an even one"
    case .indivisible(let module, let size, let block):
      "the \(size) features of '\(module)' are no multiple of the rank \(block)"
    case .alpha(let module, let alpha):
      "alpha \(alpha) of '\(module)' is not a positive number"
    case .projectionTooSmall(let module, let shape, let projection):
      "'\(module)' is \(shape), larger than the shared projections for \(projection)"
    case .calibrationNeeded(let start):
      "the start '\(start)' needs a calibration batch"
    case .calibrationShape(let start, let found, let rows, let columns):
      "the calibration of '\(start)' is \(found), expected at least \(rows) rows of \(columns)"
    case .singularCovariance(let start):
      "the covariance of the calibration inputs of '\(start)' is singular: give more inputs"
    case .zeroNorm(let module, let index):
      "output feature \(index) of '\(module)' has norm 0, which the adapter divides by"
    case .missingTensor(let module, let tensor):
      "the file has no tensor '\(tensor)' of '\(module)'"
    case .tensorShape(let module, let tensor, let found, let expected):
      "tensor '\(tensor)' of '\(module)' has shape \(found), expected \(expected)"
    case .budget(let fault):
      "the rank schedule cannot be followed: \(fault)"
    }
  }
}
