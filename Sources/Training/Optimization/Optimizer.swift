package import LinearAlgebra

/// Changes parameters by their gradients, and keeps its state from step to step.
///
/// A class, because it owns moments that change in place. A new optimiser is one file, one case of
/// ``OptimizerChoice`` and one of ``TrainingSettings/OptimizerName``.
package protocol Optimizer<Element>: AnyObject {
  associatedtype Element: KernelScalar

  /// One step; gradients are in the order of the parameters.
  func step(gradients: [MatrixView<Element>], rate: Double)

  /// What a checkpoint must hold: moments by name.
  var state: [(name: String, values: MatrixView<Element>)] { get }

  /// How many steps were taken; set when a run is resumed.
  var stepCount: Int { get set }
}

/// A parameter as an optimiser sees it.
package struct OptimizedParameter<Element: KernelScalar> {
  package let name: String
  package let values: MatrixView<Element>
  /// What the learning rate is multiplied by.
  package let rateFactor: Double
  /// Whether weight decay acts on it.
  package let decays: Bool

  package init(
    name: String, values: MatrixView<Element>, rateFactor: Double = 1, decays: Bool = true
  ) {
    self.name = name
    self.values = values
    self.rateFactor = rateFactor
    self.decays = decays
  }
}

extension Array {
  /// Matrices of zeros in the shapes of parameters, such as their gradients or moments.
  package func zeros<Number>() -> [MatrixView<Number>]
  where Element == OptimizedParameter<Number> {
    map { MatrixView(rows: $0.values.rows, columns: $0.values.columns) }
  }
}

/// An optimiser and its options.
package enum OptimizerChoice: Sendable, Equatable {
  case adamW(AdamWOptions)
  case sgd(momentum: Double, decay: Double)
  case muon(momentum: Double, decay: Double)
  /// Muon's step, turned away from the principal directions of the weight.
  case gasd(momentum: Double, decay: Double)

  package func optimizer<Element: KernelScalar>(
    of parameters: [OptimizedParameter<Element>]
  ) -> any Optimizer<Element> {
    switch self {
    case .adamW(let options): AdamW(parameters, options)
    case .sgd(let momentum, let decay): SGD(parameters, momentum: momentum, decay: decay)
    case .muon(let momentum, let decay): Muon(parameters, momentum: momentum, decay: decay)
    case .gasd(let momentum, let decay):
      Muon(parameters, momentum: momentum, decay: decay, isPreconditioned: true)
    }
  }
}

/// One norm over all gradients, and a common factor that bounds it.
package enum GradientClipping {
  /// Scales gradients so that their norm is at most `limit`; as in torch, the factor is limit/(norm + 1e-6).
  /// - Returns: The norm before clipping; NaN or infinite if a gradient is.
  package static func clip<Element: DenseScalar>(
    _ gradients: [MatrixView<Element>], to limit: Double
  ) -> Double {
    let norm = gradients.reduce(0) { $0 + $1.dot($1) }.squareRoot()
    let factor = limit / (norm + 1e-6)
    if norm.isFinite, factor < 1 {
      for gradient in gradients { gradient.scale(by: Element(factor)) }
    }
    return norm
  }
}
