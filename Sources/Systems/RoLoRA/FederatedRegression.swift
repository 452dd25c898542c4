import Foundation
import LinearAlgebra

/// Linear regression with a rank-one truth, Y = X a bᵀ, divided among clients: the model in which RoLoRA's bounds are
/// proved.
///
/// Here a is a unit vector that stands for the factor A, b for B. The expected loss of a pair over fresh inputs is
/// ‖a bᵀ − a* b*ᵀ‖², so that everything is known exactly but the clients' own gradients.
///
/// **Source:** Chen et al., "Robust federated finetuning of LLMs via alternating optimization of LoRA", 2025,
/// arXiv 2502.01755, section 5.
struct FederatedRegression {
  /// The true factors; a* has length 1.
  let trueInput: [Double], trueOutput: [Double]
  /// For each client its inputs, samples × d, and its outputs, samples × m.
  private let clients: [(inputs: Matrix, outputs: Matrix)]
  /// Where a starts, of length 1.
  let start: [Double]

  /// - Parameters:
  ///   - clients: How many there are.
  ///   - samples: How many rows each has.
  ///   - distance: δ₀, the sine of the angle between the start and a*, in (0, 1).
  ///   - generator: The source of random numbers.
  init(
    inputs: Int, outputs: Int, clients: Int, samples: Int, distance: Double,
    using generator: inout SplitMix64
  ) {
    let frame = generator.orthonormalFrame(rows: inputs, columns: 2)
    let (truth, other) = (frame.columnSlice(0..<1).values, frame.columnSlice(1..<2).values)
    trueInput = truth
    let cosine = (1 - distance * distance).squareRoot()
    start = zip(truth, other).map { cosine * $0 + distance * $1 }
    let output = (0..<outputs).map { _ in generator.nextGaussian() }
    trueOutput = output
    self.clients = (0..<clients).map { _ in
      let data = generator.gaussianMatrix(rows: samples, columns: inputs)
      return (data, Self.outer(data.times(truth), output))
    }
  }

  /// ‖b*‖².
  var outputEnergy: Double { trueOutput.dot(trueOutput) }

  /// The sine of the angle between a and a*.
  func sine(of input: [Double]) -> Double {
    let along = input.dot(trueInput)
    let across = zip(input, trueInput).map { $0 - along * $1 }
    return (across.dot(across) / input.dot(input)).squareRoot()
  }

  /// The expected loss ‖product − a* b*ᵀ‖² over fresh inputs.
  func expectedLoss(of product: Matrix) -> Double {
    let gap = product - Self.outer(trueInput, trueOutput)
    return gap.innerProduct(with: gap)
  }

  /// The output factor that fits each client's own data best for a given input factor.
  func bestOutputs(for input: [Double]) -> [[Double]] {
    clients.map { client in
      let projected = client.inputs.times(input)
      return client.outputs.transposed().times(projected).map { $0 / projected.dot(projected) }
    }
  }

  /// The gradient of each client's mean loss by the input factor; `outputs` has one output factor a client.
  func inputGradients(at input: [Double], outputs: [[Double]]) -> [[Double]] {
    zip(clients, outputs).map { client, output in
      let residual = Self.outer(client.inputs.times(input), output) - client.outputs
      let samples = Double(client.inputs.rows)
      return client.inputs.transposed().times(residual.times(output)).map { 2 * $0 / samples }
    }
  }

  static func outer(_ left: [Double], _ right: [Double]) -> Matrix {
    Matrix(
      rows: left.count, columns: right.count,
      values: left.flatMap { value in right.map { value * $0 } })
  }
}

extension [[Double]] {
  /// The mean of vectors of equal length.
  var mean: [Double] {
    self[0].indices.map { index in reduce(0) { $0 + $1[index] } / Double(count) }
  }
}

extension Matrix {
  fileprivate func times(_ vector: [Double]) -> [Double] {
    (self * Matrix(rows: vector.count, columns: 1, values: vector)).values
  }
}
