import LinearAlgebra

/// What GASD makes of Muon's orthogonal step O for a weight W: (WWᵀ + εI)⁻¹O, with ε = ‖W‖²/min(m, n), at the length of O.
/// Directions in which the weight is large get less of the step, so that it keeps off the principal ones.
///
/// Ten steps of conjugate gradients, with inner products over the whole matrix. A weight of zeros leaves the step as it is.
///
/// **Source:** the notes on GASD published with the code of Yin et al., 2025, arXiv 2512.23165. They normalise the step by its root mean
/// square; that it gets Muon's length, so that rates mean the same, is our choice, and that W is the weight of the moment.
struct WeightPreconditioner<Element: KernelScalar> {
  private static var steps: Int { 10 }

  /// Replaces a step.
  /// - Parameters:
  ///   - step: O, of the shape of the weight.
  ///   - weight: W, m × n.
  ///   - workspace: Lends four matrices of this shape and one of n × n.
  /// - Complexity: O(m · n²).
  func apply(
    to step: MatrixView<Element>, weight: MatrixView<Element>, _ workspace: Workspace<Element>
  ) {
    let square = weight.dot(weight)
    let length = step.dot(step).squareRoot()
    guard square > 0, length > 0 else { return }
    let floor = Element(square / Double(min(weight.rows, weight.columns)))
    let shape = (rows: step.rows, columns: step.columns)
    workspace.lending([shape, shape, shape, shape, (shape.columns, shape.columns)]) { lent in
      let (solution, residual, direction, image, inner) = (
        lent[0], lent[1], lent[2], lent[3], lent[4]
      )
      solution.fill(0)
      residual.copy(step)
      direction.copy(step)
      var left = residual.dot(residual)
      for _ in 0..<Self.steps where left > 0 {
        inner.multiply(weight, .transposed, direction)
        image.multiply(weight, inner)
        image.add(direction, scale: floor)
        let stride = left / direction.dot(image)
        solution.add(direction, scale: Element(stride))
        residual.add(image, scale: Element(-stride))
        let next = residual.dot(residual)
        direction.scale(by: Element(next / left))
        direction.add(residual)
        left = next
      }
      step.copy(solution)
      step.scale(by: Element(length / solution.dot(solution).squareRoot()))
    }
  }
}
