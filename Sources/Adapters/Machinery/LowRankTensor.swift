import LinearAlgebra

/// The names of the tensors that make one low-rank product of LoHa or LoKr.
struct LowRankTensorNames: Sendable {
  let output: String
  let input: String
  /// The core of the form for convolutions; nil if the method has no such form of this product.
  var core: String?

  var all: [String] { [output, input] + (core.map { [$0] } ?? []) }
}

/// A product A·B, out × (in · kernel), from two matrices or, for a convolution, from two matrices and a core:
/// Σᵢⱼ t[i, j, k] a[i, o] b[j, c] (a Tucker decomposition with the kernel left whole).
struct LowRankTensor {
  /// out × r.
  let output: Matrix
  /// r × (in · kernel).
  let input: Matrix

  var rank: Int { output.columns }

  /// Reads the tensors of these names.
  init(_ names: LowRankTensorNames, _ reader: ParameterReader) throws(AdapterError) {
    guard let coreName = names.core, reader.has(coreName) else {
      output = try reader.matrix(names.output, rows: nil, columns: nil)
      input = try reader.flattened(names.input, rows: output.columns)
      return
    }
    let modes = try reader.matrix(names.output, rows: nil, columns: nil)
    let rank = modes.rows
    let inputs = try reader.matrix(names.input, rows: rank, columns: nil)
    let core = try reader.tensor(coreName, shape: [rank, rank, nil, nil])
    output = modes.transposed()
    input = try Self.contracted(inputs, with: core, named: coreName, reader)
  }

  /// Σⱼ t[i, j, k] b[j, c] as a matrix, r × (in · kernel).
  /// - Precondition: The core has three dimensions or more, of which the second is the number of rows of b; neither is empty.
  static func contracted(
    _ inputs: Matrix, with core: Tensor, named name: String, _ reader: ParameterReader
  ) throws(AdapterError) -> Matrix {
    let kernel = core.shape.dropFirst(2).reduce(1, *)
    let width = try reader.size(inputs.columns, times: kernel, of: name)
    // For each i, the r × kernel slice of the core is contracted with b over its first index.
    let size = inputs.rows * kernel
    var values = [Double]()
    values.reserveCapacity(core.shape[0] * width)
    for index in 0..<core.shape[0] {
      let slice = Matrix(
        rows: inputs.rows, columns: kernel,
        values: Array(core.values[index * size..<(index + 1) * size]))
      values += Matrix.product(inputs, .transposed, slice).values
    }
    return Matrix(rows: core.shape[0], columns: width, values: values)
  }
}
