import LinearAlgebra

/// Whole numbers that a tensor holds as floats or integers: rows, columns, places in a bank.
struct Positions: Sendable {
  let values: [Int]
  private let module: String
  private let parameter: String

  /// - Throws: ``AdapterError/position(module:parameter:value:count:)`` for a number that is negative or not whole.
  init(_ tensor: Tensor, module: String, parameter: String) throws(AdapterError) {
    self.module = module
    self.parameter = parameter
    values = try tensor.values.map { (value) throws(AdapterError) in
      guard let position = Int(exactly: value), position >= 0 else {
        throw .position(module: module, parameter: parameter, value: value, count: nil)
      }
      return position
    }
  }

  /// Checks that each is a position among `count` things.
  func check(below count: Int) throws(AdapterError) {
    guard let largest = values.max(), largest >= count else { return }
    throw .position(module: module, parameter: parameter, value: Double(largest), count: count)
  }
}

extension ParameterReader {
  /// The positions that a tensor of this shape holds, in which nil stands for any size.
  func positions(_ name: String, shape: [Int?]) throws(AdapterError) -> Positions {
    try Positions(tensor(name, shape: shape), module: module, parameter: name)
  }
}
