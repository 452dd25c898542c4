import LinearAlgebra

/// Takes the tensors of one module from a dictionary and checks their shapes.
struct ParameterReader {
  let module: String
  let tensors: [String: Tensor]

  init(module: String, tensors: [String: Tensor]) {
    self.module = module
    self.tensors = tensors
  }

  /// A reader of tensors that all have entries, so that no dimension exceeds what a file really holds.
  /// - Throws: ``AdapterError/zeroRank(module:)`` if one is empty.
  init(module: String, filled tensors: [String: Tensor]) throws(AdapterError) {
    self.init(module: module, tensors: tensors)
    if tensors.values.contains(where: \.values.isEmpty) { throw .zeroRank(module: module) }
  }

  /// Whether there is a tensor of this name.
  func has(_ name: String) -> Bool { tensors[name] != nil }

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

  /// A tensor of two dimensions or more as a matrix: the first dimension × the product of the others, also if the
  /// first is 0.
  func flattened(
    _ name: String, rows: Int? = nil, columns: Int? = nil
  ) throws(AdapterError) -> Matrix {
    let tensor = try tensor(name)
    let width = tensor.shape.dropFirst().reduce(1, *)
    guard tensor.shape.count >= 2, rows == nil || tensor.shape[0] == rows,
      columns == nil || width == columns
    else {
      throw .parameterShape(
        module: module, parameter: name, found: tensor.shape, expected: [rows, columns])
    }
    return Matrix(rows: tensor.shape[0], columns: width, values: tensor.values)
  }

  /// A vector; nil stands for any length.
  func vector(_ name: String, count: Int?) throws(AdapterError) -> [Double] {
    try tensor(name, shape: [count]).values
  }

  /// The size of the update in one direction, where it is the product of two sizes of a tensor.
  /// - Throws: ``AdapterError/updateTooLarge(module:parameter:)`` if no weight can have it.
  func size(_ first: Int, times second: Int, of name: String) throws(AdapterError) -> Int {
    let (product, overflows) = first.multipliedReportingOverflow(by: second)
    guard !overflows, product <= Int(Int32.max) else {
      throw .updateTooLarge(module: module, parameter: name)
    }
    return product
  }
}
