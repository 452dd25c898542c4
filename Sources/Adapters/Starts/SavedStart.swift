package import LinearAlgebra

/// The initial product s·B₀A₀ of a saved LoRA adapter, if it was not zero.
///
/// Training subtracted it from the base, so that the model started unchanged. The update relative to the
/// original base is therefore s(BA − B₀A₀), of rank 2r, and stays factored.
package enum SavedStart: Sendable {
  /// It is computed again from the base.
  case repeated(any RepeatableStart)
  /// A checkpoint of step 0 holds it: s·B₀A₀ in the layout of the base, as `output · input`. It is exact for
  /// every start.
  case recorded(FactorPair)

  /// The factors that a checkpoint of step 0 holds.
  /// - Parameters:
  ///   - parameters: The tensors of the module at step 0, named as those after training.
  ///   - settings: The module's settings; the initial factors have the same scale.
  package static func recorded(
    parameters: [String: Tensor], settings: ModuleSettings
  ) throws(AdapterError) -> SavedStart {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    return .recorded(try SavedFactors(reader, settings: settings).pair)
  }

  /// Whether the base weight is needed to compute the factors.
  var needsBase: Bool {
    switch self {
    case .repeated: true
    case .recorded: false
    }
  }

  /// As ``Adapter/workspace(for:)``, for the start.
  func workspace(for base: MatrixShape) -> Int {
    switch self {
    case .repeated(let start): start.workspace(for: base)
    case .recorded: 0
    }
  }

  /// Checks that the start can be computed for a module with these settings, and that it has the update's shape.
  func check(_ settings: ModuleSettings, shape: MatrixShape) throws(AdapterError) {
    switch self {
    case .repeated(let start): try start.check(settings)
    case .recorded(let pair):
      if pair.shape != shape {
        throw .startShape(module: settings.module, start: pair.shape, update: shape)
      }
    }
  }

  /// s·B₀A₀ in the layout of the base, as `output · input`.
  func product(
    of base: any BaseWeight, rank: Int, scale: Double, settings: ModuleSettings
  ) throws -> FactorPair {
    switch self {
    case .repeated(let start):
      try start.product(of: base, rank: rank, scale: scale, settings: settings)
    case .recorded(let pair): pair
    }
  }

  /// Whether trained factors are this start but for rounding. One that a checkpoint holds is exact.
  func isRounding(
    _ pair: FactorPair, of start: FactorPair, in base: any BaseWeight, scale: Double, noise: Double
  ) throws -> Bool {
    switch self {
    case .repeated(let repeated):
      try repeated.isRounding(pair, of: start, in: base, scale: scale, noise: noise)
    case .recorded: false
    }
  }
}

extension Initialization {
  /// The start that can be computed from the base weight alone, if this initialisation has one.
  ///
  /// For randomised PiSSA it gives the exact triplets, which differ from those of the training: the caller has
  /// to report this.
  package var repeatableStart: SavedStart? {
    switch self {
    case .pissa, .pissaIterated: .repeated(PiSSAStart())
    case .olora: .repeated(OLoRAStart())
    default: nil
    }
  }
}
