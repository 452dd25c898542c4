package import LinearAlgebra

/// Saves and restores parameters of methods whose tensors are their parameters.
extension TrainableAdapter {
  package func tensors(of values: [Matrix], initial: [Matrix]) -> [String: Tensor] {
    SavedParameters.tensors(parameters, of: values)
  }

  package func restore(_ tensors: [String: Tensor]) throws(AdapterError) -> RestoredParameters? {
    RestoredParameters(
      parameters: try SavedParameters.matrices(parameters, from: tensors, module: module.name))
  }
}

enum SavedParameters {
  /// Each parameter in its saved shape.
  static func tensors(
    _ shapes: [ParameterShape], of values: [Matrix]
  ) -> [String: Tensor] {
    precondition(shapes.count == values.count, "a matrix a parameter")
    var result = [String: Tensor]()
    for (shape, value) in zip(shapes, values) {
      precondition(
        value.rows == shape.rows && value.columns == shape.columns,
        "'\(shape.name)' has the shape of its parameter")
      result[shape.name] = Tensor(shape: shape.savedShape, values: value.values)
    }
    return result
  }

  /// The parameters from their tensors, each as a matrix.
  static func matrices(
    _ shapes: some Sequence<ParameterShape>, from tensors: [String: Tensor], module: String
  ) throws(AdapterError) -> [Matrix] {
    var result = [Matrix]()
    for shape in shapes { result.append(try matrix(shape, from: tensors, module: module)) }
    return result
  }

  private static func matrix(
    _ shape: ParameterShape, from tensors: [String: Tensor], module: String
  ) throws(AdapterError) -> Matrix {
    let tensor = try tensor(shape.name, of: tensors, module: module)
    if shape.isShared, tensor.shape.count == 2, tensor.shape[0] >= shape.rows,
      tensor.shape[1] >= shape.columns
    {
      return tensor.matrix.rowSlice(0..<shape.rows).columnSlice(0..<shape.columns)
    }
    guard tensor.shape == shape.savedShape else {
      throw .tensorShape(
        module: module, tensor: shape.name, found: tensor.shape, expected: shape.savedShape)
    }
    return Matrix(rows: shape.rows, columns: shape.columns, values: tensor.values)
  }

  static func tensor(
    _ name: String, of tensors: [String: Tensor], module: String
  ) throws(AdapterError) -> Tensor {
    guard let tensor = tensors[name] else { throw .missingTensor(module: module, tensor: name) }
    return tensor
  }
}
