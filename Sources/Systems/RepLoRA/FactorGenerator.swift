package import LinearAlgebra
package import Training

/// A small network that makes the factors of several modules from one trained vector: two layers that the modules share,
/// and a linear head for each.
///
///     a₁ = ReLU(W₁s + b₁), a₂ = ReLU(W₂a₁ + b₂), factor of module j = V_j a₂ + c_j, row by row
///
/// **Source:** Truong et al., "RepLoRA: Reparameterizing low-rank adaptation via the perspective of mixture of experts",
/// 2025, arXiv 2502.03044, which has the idea; its formula was not at hand, and this is that of a re-implementation.
package final class FactorGenerator<Element: KernelScalar> {
  /// s, W₁, b₁, W₂, b₂, then V and c of each module. Vectors are columns.
  package let parameters: [MatrixView<Element>]
  /// One for each parameter; overwritten by ``propagate(_:)``.
  package let gradients: [MatrixView<Element>]
  private let heads: Int
  private let first: MatrixView<Element>
  private let second: MatrixView<Element>

  /// - Parameters:
  ///   - rank: The length of s.
  ///   - shapes: Of the factors that it makes.
  ///   - startsAtZero: Whether heads are zero at the start, for factors B.
  ///   - generator: The source of random numbers.
  package init(
    rank: Int, shapes: [(rows: Int, columns: Int)], startsAtZero: Bool,
    using generator: inout SplitMix64
  ) {
    let width = max(4 * rank, 64)
    heads = shapes.count
    func uniform(_ rows: Int, _ columns: Int, fanIn: Int, isZero: Bool = false) -> Matrix {
      generator.uniformMatrix(
        rows: rows, columns: columns, bound: isZero ? 0 : 1 / Double(fanIn).squareRoot())
    }
    var made = [generator.gaussianMatrix(rows: rank, columns: 1)]
    made += [uniform(width, rank, fanIn: rank), uniform(width, 1, fanIn: rank)]
    made += [uniform(width, width, fanIn: width), uniform(width, 1, fanIn: width)]
    for shape in shapes {
      let size = shape.rows * shape.columns
      made.append(uniform(size, width, fanIn: width, isZero: startsAtZero))
      made.append(uniform(size, 1, fanIn: width, isZero: startsAtZero))
    }
    parameters = made.map { MatrixView($0) }
    gradients = made.map { MatrixView(rows: $0.rows, columns: $0.columns) }
    first = MatrixView(rows: width, columns: 1)
    second = MatrixView(rows: width, columns: 1)
  }

  /// Writes the factors.
  /// - Parameter factors: Of the shapes of ``init(rank:shapes:startsAtZero:using:)``, each contiguous.
  package func write(_ factors: [MatrixView<Element>]) {
    first.layer(parameters[1], parameters[0], parameters[2])
    first.rectify()
    second.layer(parameters[3], first, parameters[4])
    second.rectify()
    for (head, factor) in factors.enumerated() {
      factor.reshaped(rows: factor.count, columns: 1)
        .layer(parameters[5 + 2 * head], second, parameters[6 + 2 * head])
    }
  }

  /// Turns the gradients of the factors that ``write(_:)`` wrote last into those of the parameters.
  package func propagate(_ factorGradients: [MatrixView<Element>]) {
    let slopeOfSecond = MatrixView<Element>(rows: second.rows, columns: 1)
    for (head, gradient) in factorGradients.enumerated() {
      let column = gradient.reshaped(rows: gradient.count, columns: 1)
      gradients[5 + 2 * head].multiply(column, second, .transposed)
      gradients[6 + 2 * head].copy(column)
      slopeOfSecond.multiply(parameters[5 + 2 * head], .transposed, column, keeping: 1)
    }
    slopeOfSecond.clear(where: second)
    gradients[3].multiply(slopeOfSecond, first, .transposed)
    gradients[4].copy(slopeOfSecond)
    let slopeOfFirst = MatrixView<Element>(rows: first.rows, columns: 1)
    slopeOfFirst.multiply(parameters[3], .transposed, slopeOfSecond)
    slopeOfFirst.clear(where: first)
    gradients[1].multiply(slopeOfFirst, parameters[0], .transposed)
    gradients[2].copy(slopeOfFirst)
    gradients[0].multiply(parameters[1], .transposed, slopeOfFirst)
  }
}

extension MatrixView {
  /// weight · input + bias.
  fileprivate func layer(_ weight: MatrixView, _ input: MatrixView, _ bias: MatrixView) {
    copy(bias)
    multiply(weight, input, keeping: 1)
  }

  /// Sets negative numbers to zero.
  fileprivate func rectify() {
    for row in 0..<rows where self[row, 0] < 0 { self[row, 0] = 0 }
  }

  /// Sets the numbers to zero where an output of ReLU is.
  fileprivate func clear(where output: MatrixView) {
    for row in 0..<rows where output[row, 0] == 0 { self[row, 0] = 0 }
  }
}
