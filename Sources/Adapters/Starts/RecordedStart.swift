public import LinearAlgebra

/// The factors that a checkpoint of step 0 holds: exact whatever made them.
public struct RecordedStart: LoRAStart {
  public static let name = "recorded"
  public static let summary = "factors of the run's checkpoint of step 0"
  private let initial: StartProduct

  /// - Parameters:
  ///   - parameters: The tensors of the module at step 0, named as those after training.
  ///   - settings: Those of the module, whose scale the first factors share.
  public init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let factors = try LoRAFactors(
      ParameterReader(module: settings.module, tensors: parameters), settings: settings)
    initial = StartProduct(left: factors.left, right: factors.right)
  }

  public var needsBase: Bool { false }

  public func product(
    of base: any BaseWeight, rank: Int, scale: Double, settings: ModuleSettings
  ) -> StartProduct { initial }
}
