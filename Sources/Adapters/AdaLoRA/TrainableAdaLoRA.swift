package import LinearAlgebra

/// Trains AdaLoRA: W₊ = W + κ·B·diag(E)·A. ``AdaLoRABudget`` sets entries of E to zero.
///
/// With T = gW·Aᵀ: gA = κ·(B·diag(E))ᵀ·gW, gB = κ·T·diag(E), gEⱼ = κ·Σᵢ Bᵢⱼ Tᵢⱼ. At the start, E = 0 and A, B
/// are normal with standard deviation 0.02. Start and penalty are PEFT's.
package struct TrainableAdaLoRA: TrainableAdapter {
  package typealias Method = AdaLoRA
  package static let profile = MethodProfile(
    .rank, formula: "W + s·B·diag(E)·A, E pruned", trained: "r(m + n) + r", cost: "6mnr")
  package static let targets = AdapterTargets.linear
  package static let addsScaledProduct = true
  package let module: AdaptedModule
  private let rank: Int
  private let scale: Double

  package init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    try module.checkRank(options.rank)
    try module.checkAlpha(options.alpha)
    self.module = module
    rank = options.rank
    scale = AdaLoRA.scale(alpha: options.alpha, initialRank: options.rank)
  }

  /// A, B and E.
  package var parameters: [ParameterShape] {
    [
      ParameterShape(name: AdaLoRA.inputFactor, rows: rank, columns: module.shape.columns),
      ParameterShape(name: AdaLoRA.outputFactor, rows: module.shape.rows, columns: rank),
      ParameterShape(name: AdaLoRA.gate, rows: 1, columns: rank, savedShape: [rank, 1]),
    ]
  }

  package func start(
    base: BaseModule, using generator: inout SplitMix64, calibration: Calibration?
  ) throws -> AdapterStart {
    let input = generator.gaussianMatrix(rows: rank, columns: module.shape.columns)
    let output = generator.gaussianMatrix(rows: module.shape.rows, columns: rank)
    return AdapterStart(parameters: [0.02 * input, 0.02 * output, Matrix(rows: 1, columns: rank)])
  }

  package func adapt<Element>(
    _ effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    effective.weight.copy(frozen.weight)
    workspace.lending([(module.shape.rows, rank)]) { lent in
      lent[0].setScalingColumns(of: parameters[AdaLoRA.output], by: parameters[AdaLoRA.gates])
      effective.weight.multiply(
        lent[0], .asStored, parameters[AdaLoRA.input], scale: Element(scale), keeping: 1)
    }
  }

  package func addGradients<Element>(
    _ gradients: [MatrixView<Element>], output: ModuleViews<Element>,
    effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    let scale = Element(scale)
    workspace.lending([(module.shape.rows, rank)]) { lent in
      lent[0].setScalingColumns(of: parameters[AdaLoRA.output], by: parameters[AdaLoRA.gates])
      gradients[AdaLoRA.input].multiply(
        lent[0], .transposed, output.weight, .asStored, scale: scale, keeping: 1)
      lent[0].multiply(output.weight, .asStored, parameters[AdaLoRA.input], .transposed)
      gradients[AdaLoRA.gates].addColumnDots(parameters[AdaLoRA.output], lent[0], scale: scale)
      lent[0].setScalingColumns(of: lent[0], by: parameters[AdaLoRA.gates])
      gradients[AdaLoRA.output].add(lent[0], scale: scale)
    }
  }

  /// The penalty is weight · (‖AAᵀ − I‖ + ‖BᵀB − I‖)/2. The norms are not squared; the gradient of a norm that
  /// is zero counts as zero.
  package func addPenalty<Element>(
    to gradients: [MatrixView<Element>], parameters: [MatrixView<Element>], weight: Double,
    workspace: Workspace<Element>
  ) -> Double {
    workspace.lending([(rank, rank)]) { lent in
      var penalty = 0.0
      for (index, isInput) in [(AdaLoRA.input, true), (AdaLoRA.output, false)] {
        let (factor, excess) = (parameters[index], lent[0])
        excess.multiply(
          factor, isInput ? .asStored : .transposed, factor, isInput ? .transposed : .asStored)
        for row in 0..<rank { excess[row, row] -= 1 }
        let norm = excess.dot(excess).squareRoot()
        penalty += weight / 2 * norm
        guard norm > 0 else { continue }
        let slope = Element(weight / norm)
        if isInput {
          gradients[index].multiply(excess, .asStored, factor, scale: slope, keeping: 1)
        } else {
          gradients[index].multiply(factor, .asStored, excess, scale: slope, keeping: 1)
        }
      }
      return penalty
    }
  }
}
