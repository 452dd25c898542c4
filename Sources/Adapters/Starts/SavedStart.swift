public import LinearAlgebra

/// What a saved LoRA adapter contributed before training where that was not zero: s·B₀A₀.
///
/// The trainer took it out of the base, so that the model began as it was. The update against the original
/// base is then s(BA − B₀A₀), of rank 2r, which stays factored.
public enum SavedStart: Sendable {
  /// It is computed again from the base.
  case repeated(any RepeatableStart)
  /// A checkpoint of step 0 holds it: s·B₀A₀ in the layout of the base, as `output · input`. It is exact,
  /// whatever made the factors.
  case recorded(FactorPair)

  /// The factors that a checkpoint of step 0 holds.
  /// - Parameters:
  ///   - parameters: The tensors of the module at step 0, named as those after training.
  ///   - settings: Those of the module, whose scale the first factors share.
  public static func recorded(
    parameters: [String: Tensor], settings: ModuleSettings
  ) throws(AdapterError) -> SavedStart {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    return .recorded(try SavedFactors(reader, settings: settings).pair)
  }

  /// Whether the base weight tells the factors.
  var needsBase: Bool {
    switch self {
    case .repeated: true
    case .recorded: false
    }
  }

  /// Checks what of a module's settings keeps the start from being told.
  func check(_ settings: ModuleSettings) throws(AdapterError) {
    if case .repeated(let start) = self { try start.check(settings) }
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
}

extension Initialization {
  /// The start that the base weight alone tells, if this initialisation has one.
  ///
  /// The randomised PiSSA gets the exact triplets, which differ from its own: the caller has to say so.
  public var repeatableStart: SavedStart? {
    switch self {
    case .pissa, .pissaIterated: .repeated(PiSSAStart())
    case .olora: .repeated(OLoRAStart())
    default: nil
    }
  }
}
