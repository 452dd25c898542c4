package import LinearAlgebra

/// Momentum whose matrices are made orthogonal, so that all directions of the update have the same size.
///
/// Five Newton-Schulz steps of the quintic 3.4445 x − 4.775 x³ + 2.0315 x⁵ bring all singular values near
/// one. The update is scaled by √max(1, rows/columns), as in torch by default.
///
/// **Source:** Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024.
package final class Muon<Element: KernelScalar>: Optimizer {
  package var stepCount = 0
  private let parameters: [OptimizedParameter<Element>]
  private let momentum: Double, decay: Double
  private let preconditioner: WeightPreconditioner<Element>?
  private let velocities: [MatrixView<Element>]
  private let workspace = Workspace<Element>()

  /// - Parameters:
  ///   - parameters: What learns.
  ///   - momentum: In [0, 1).
  ///   - decay: Decoupled weight decay, at least 0.
  ///   - isPreconditioned: Whether steps are turned away from the weights' principal directions: GASD.
  package init(
    _ parameters: [OptimizedParameter<Element>], momentum: Double, decay: Double,
    isPreconditioned: Bool = false
  ) {
    self.parameters = parameters
    self.momentum = momentum
    self.decay = decay
    preconditioner = isPreconditioned ? WeightPreconditioner() : nil
    velocities = parameters.zeros()
  }

  package func step(gradients: [MatrixView<Element>], rate: Double) {
    precondition(gradients.count == parameters.count, "one gradient a parameter")
    stepCount += 1
    for (index, parameter) in parameters.enumerated() {
      let (values, velocity) = (parameter.values, velocities[index])
      // v ← v + (1 − μ)(g − v), as torch interpolates.
      velocity.scale(by: Element(momentum))
      velocity.add(gradients[index], scale: Element(1 - momentum))
      let rate = rate * parameter.rateFactor
      workspace.lending([(values.rows, values.columns)]) { lent in
        // Nesterov momentum: the gradient mixed with the new velocity.
        let direction = lent[0]
        direction.fill(0)
        direction.add(gradients[index], scale: Element(1 - momentum))
        direction.add(velocity, scale: Element(momentum))
        orthogonalize(direction)
        preconditioner?.apply(to: direction, weight: values, workspace)
        if parameter.decays, decay != 0 { values.scale(by: Element(1 - rate * decay)) }
        let length = max(1, Double(values.rows) / Double(max(values.columns, 1))).squareRoot()
        values.add(direction, scale: Element(-rate * length))
      }
    }
  }

  private func orthogonalize(_ matrix: MatrixView<Element>) {
    let norm = matrix.dot(matrix).squareRoot()
    matrix.scale(by: Element(1 / max(norm, 1e-7)))
    let isTall = matrix.rows > matrix.columns
    let side = min(matrix.rows, matrix.columns)
    workspace.lending([(side, side), (side, side), (matrix.rows, matrix.columns)]) { lent in
      let (gram, mixed, next) = (lent[0], lent[1], lent[2])
      for _ in 0..<5 {
        if isTall {
          gram.multiply(matrix, .transposed, matrix)
        } else {
          gram.multiply(matrix, matrix, .transposed)
        }
        mixed.multiply(gram, gram, scale: 2.0315)
        mixed.add(gram, scale: -4.775)
        if isTall { next.multiply(matrix, mixed) } else { next.multiply(mixed, matrix) }
        next.add(matrix, scale: 3.4445)
        matrix.copy(next)
      }
    }
  }

  package var state: [(name: String, values: MatrixView<Element>)] {
    parameters.indices.map { ("\(parameters[$0].name).velocity", velocities[$0]) }
  }
}
