import Foundation
package import LinearAlgebra
package import Training

/// The low-rank updates of a sequence of tasks, as blocks of one LoRA: W + Σ_k α_k B_k A_k.
///
/// The directions of earlier tasks are frozen; their magnitudes α_k go on learning, and so do the factors of the current
/// task. One α of a task is shared by all modules. Factor A of the LoRA holds the A_k as blocks of rows, factor B the
/// α_k B_k as blocks of columns, so that the sum is a plain LoRA at every moment.
///
/// **Source:** Wu et al., "SD-LoRA: Scalable decoupled low-rank adaptation for class incremental learning", 2025,
/// arXiv 2501.13198, equation 4. There each direction is divided by ‖A‖‖B‖ of its own module, which changes the policy
/// whenever a task ends; here by one number for all modules, which α takes over.
package final class ScaledDirections<Element: KernelScalar> {
  /// The magnitudes of the tasks so far, the current one last.
  package var magnitudes: [Double] { scalars.map { Double($0[0, 0]) } }

  private let modules: [FactorViews<Element>]
  /// What the rows of A begin with.
  private let starts: [Matrix]
  /// The columns of each task.
  private var blocks: [Range<Int>] = []
  /// For each task and module B_k, out × rank.
  private var outputs: [[MatrixView<Element>]] = []
  private var scalars: [MatrixView<Element>] = []
  private var scalarGradients: [MatrixView<Element>] = []
  private var outputGradients: [MatrixView<Element>] = []

  /// With which the α of a task begins.
  private static var startMagnitude: Element { 0.8 }

  /// - Parameter modules: The factors of a plain LoRA at its start, wide enough for all tasks.
  package init(_ modules: [FactorViews<Element>]) {
    self.modules = modules
    starts = modules.map(\.input.matrix)
    for module in modules {
      module.input.fill(0)
      module.output.fill(0)
    }
  }

  /// How much of the LoRA's rank is taken.
  package var rank: Int { blocks.last?.upperBound ?? 0 }

  /// Begins a task: the direction of the one before is frozen.
  /// - Parameter rank: Of the new direction.
  package func begin(rank: Int) {
    normalize()
    let block = self.rank..<self.rank + rank
    blocks.append(block)
    for (module, start) in zip(modules, starts) {
      module.input.rows(block).set(start.rowSlice(block))
    }
    outputs.append(modules.map { MatrixView(rows: $0.output.rows, columns: rank) })
    outputGradients = modules.map { MatrixView(rows: $0.output.rows, columns: rank) }
    scalars.append(MatrixView(rows: 1, columns: 1))
    scalars[scalars.count - 1].fill(Self.startMagnitude)
    scalarGradients.append(MatrixView(rows: 1, columns: 1))
    write()
  }

  /// What learns now: the current factors, and all magnitudes.
  package var parameters: [OptimizedParameter<Element>] {
    guard let block = blocks.last, let current = outputs.last else { return [] }
    return zip(modules, current).flatMap { module, output in
      [
        OptimizedParameter(name: "\(module.module).A", values: module.input.rows(block)),
        OptimizedParameter(name: "\(module.module).B", values: output),
      ]
    } + scalars.enumerated().map { OptimizedParameter(name: "alpha.\($0)", values: $1) }
  }

  /// The gradients of ``parameters``, in their order, from those of the LoRA's factors.
  package func gradients() -> [MatrixView<Element>] {
    guard let block = blocks.last, let scale = scalars.last?[0, 0] else { return [] }
    for (task, block) in blocks.enumerated() {
      let slope = modules.indices.reduce(0.0) { sum, module in
        sum + modules[module].outputGradient.columns(block).dot(outputs[task][module])
      }
      scalarGradients[task].fill(Element(slope))
    }
    return zip(modules, outputGradients).flatMap { module, gradient in
      gradient.fill(0)
      gradient.add(module.outputGradient.columns(block), scale: scale)
      return [module.inputGradient.rows(block), gradient]
    } + scalarGradients
  }

  /// Writes factor B of the LoRA. Call it whenever parameters have changed.
  package func write() {
    for (task, block) in blocks.enumerated() {
      let scale = scalars[task][0, 0]
      for (module, output) in zip(modules, outputs[task]) {
        let target = module.output.columns(block)
        target.fill(0)
        target.add(output, scale: scale)
      }
    }
  }

  /// Makes the mean square of ‖A‖‖B‖ over the modules 1 for the current direction; α takes the factor, so that the policy
  /// stays what it is.
  package func normalize() {
    guard let block = blocks.last, let current = outputs.last, let scalar = scalars.last else {
      return
    }
    let energy = zip(modules, current).reduce(0.0) { sum, pair in
      let input = pair.0.input.rows(block)
      return sum + input.dot(input) * pair.1.dot(pair.1)
    }
    let norm = (energy / Double(modules.count)).squareRoot()
    guard norm > 0 else { return }
    for output in current { output.scale(by: Element(1 / norm)) }
    scalar.fill(scalar[0, 0] * Element(norm))
    write()
  }
}

extension ScaledDirections {
  /// Fits the current direction by the earlier ones in least squares over all modules.
  /// - Returns: The coefficients, and the squared residual as a share of the direction's square; nil for the first task.
  /// - Throws: `LinearAlgebraError`.
  package func fitted() throws(LinearAlgebraError) -> (coefficients: [Double], residual: Double)? {
    let last = blocks.count - 1
    guard last > 0 else { return nil }
    let size = last + 1
    // The square B_i A_i : B_j A_j of two products needs only matrices of their ranks.
    var gram = Matrix(rows: size, columns: size)
    for module in modules.indices {
      let parts = (0...last).map { task in
        (modules[module].input.rows(blocks[task]).matrix, outputs[task][module].matrix)
      }
      for first in 0..<size {
        for second in 0..<size {
          let inputs = parts[first].0 * parts[second].0.transposed()
          gram[first, second] += inputs.innerProduct(
            with: parts[first].1.transposed() * parts[second].1)
        }
      }
    }
    let old = gram.rowSlice(0..<last).columnSlice(0..<last)
    let target = gram.rowSlice(0..<last).columnSlice(last..<size)
    let triplets = try SingularTriplets(of: old)
    let inverse = triplets.values.map { $0 > 1e-12 * (triplets.values.first ?? 0) ? 1 / $0 : 0 }
    let found =
      triplets.right.transposed() * (triplets.left.transposed() * target).scalingRows(by: inverse)
    let explained = found.innerProduct(with: target)
    return (found.values, max(0, 1 - explained / gram[last, last]))
  }

  /// Drops the current direction and adds it to the magnitudes of the earlier ones.
  /// - Parameter coefficients: As ``fitted()`` gives them.
  package func fold(_ coefficients: [Double]) {
    guard let block = blocks.popLast(), let scalar = scalars.popLast() else { return }
    let scale = Double(scalar[0, 0])
    outputs.removeLast()
    scalarGradients.removeLast()
    for (task, coefficient) in coefficients.enumerated() {
      scalars[task].fill(scalars[task][0, 0] + Element(scale * coefficient))
    }
    for module in modules {
      module.input.rows(block).fill(0)
      module.output.columns(block).fill(0)
    }
    write()
  }
}
