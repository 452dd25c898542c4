import LinearAlgebra

/// Takes the tensors of one module from a dictionary and checks their shapes.
struct ParameterReader {
  let module: String
  let tensors: [String: Tensor]

  /// A tensor of the given shape, in which nil stands for any size.
  func tensor(_ name: String, shape expected: [Int?]) throws(AdapterError) -> Tensor {
    let tensor = try self.tensor(name)
    let fits =
      tensor.shape.count == expected.count
      && zip(tensor.shape, expected).allSatisfy { $1 == nil || $0 == $1 }
    guard fits else {
      throw .parameterShape(
        module: module, parameter: name, found: tensor.shape, expected: expected)
    }
    return tensor
  }

  /// A tensor of any shape.
  func tensor(_ name: String) throws(AdapterError) -> Tensor {
    guard let tensor = tensors[name] else {
      throw .missingParameter(module: module, parameter: name, present: tensors.keys.sorted())
    }
    return tensor
  }

  /// A matrix; nil stands for any number of rows or columns.
  func matrix(_ name: String, rows: Int?, columns: Int?) throws(AdapterError) -> Matrix {
    let tensor = try tensor(name, shape: [rows, columns])
    return Matrix(rows: tensor.shape[0], columns: tensor.shape[1], values: tensor.values)
  }

  /// A vector; nil stands for any length.
  func vector(_ name: String, count: Int?) throws(AdapterError) -> [Double] {
    try tensor(name, shape: [count]).values
  }
}
