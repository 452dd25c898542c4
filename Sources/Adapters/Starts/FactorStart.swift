import Documents
package import LinearAlgebra

/// The initial values of LoRA's factors: A₀ and B₀ of s·B₀A₀.
///
/// Training asks a start for its factors. Reading asks a ``RepeatableStart`` again, to subtract the initial
/// product from a saved adapter. A new start is one type in `Starts` and one line in
/// ``FactorStartRegistry/all``.
package protocol FactorStart: Sendable {
  /// Key on the command line; alone it means LoRA with this start.
  static var key: String { get }
  /// One line for `list starts`.
  static var summary: String { get }
  /// A₀ and B₀, with W = UΣVᵀ, for `list methods --taxonomy`.
  static var formula: String { get }
  /// Whether the frozen weight becomes W − s·B₀A₀; otherwise B₀A₀ is zero.
  static var leavesResidual: Bool { get }
  /// Whether the factors depend on a batch of the task.
  static var needsCalibration: Bool { get }

  /// Throws if the start cannot give factors of this rank.
  static func check(rank: Int, module: AdaptedModule) throws(AdapterError)

  init()

  /// The initial factors.
  /// - Parameters:
  ///   - base: The pretrained weight, out × in, of finite numbers.
  ///   - rank: At most the smaller dimension.
  ///   - scale: s.
  ///   - generator: The source of random numbers.
  ///   - calibration: A batch of the task, which most starts ignore.
  func factors(
    base: any BaseWeight, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair
}

extension FactorStart {
  package static var leavesResidual: Bool { false }
  package static var needsCalibration: Bool { false }
  package static func check(rank: Int, module: AdaptedModule) throws(AdapterError) {}

  /// The calibration; throws if there is none.
  static func required(_ calibration: Calibration?) throws(AdapterError) -> Calibration {
    guard let calibration else { throw .calibrationNeeded(start: key) }
    return calibration
  }
}

/// A start that depends on the base weight alone, so that it can be computed again.
package protocol RepeatableStart: FactorStart {
  /// s·B₀A₀ in the layout of the base, as `output · input`.
  /// - Parameters:
  ///   - base: The pretrained weight, in the layout that the settings give.
  ///   - rank: The rank of the trained factors.
  ///   - scale: s.
  ///   - settings: The module's settings, for its layout and its name in errors.
  /// - Throws: ``AdapterError/startNeedsOutByIn(module:start:)``; what reading the base throws.
  func product(
    of base: any BaseWeight, rank: Int, scale: Double, settings: ModuleSettings
  ) throws -> FactorPair

  /// Whether trained factors are the start, but for the rounding of the training that computed it.
  /// - Parameters:
  ///   - pair: s·BA in the layout of the base.
  ///   - start: What ``product(of:rank:scale:settings:)`` gives for them.
  ///   - base: The pretrained weight.
  ///   - scale: s.
  ///   - noise: What rounding the factors to 16 bits did to the product, as ‖·‖_F; 0 for nothing.
  /// - Throws: What reading the base throws.
  func isRounding(
    _ pair: FactorPair, of start: FactorPair, in base: any BaseWeight, scale: Double, noise: Double
  ) throws -> Bool

  /// As ``Adapter/workspace(for:)``, for the start.
  func workspace(for base: MatrixShape) -> Int

  /// Checks that the start can be computed for a module with these settings.
  /// - Throws: ``AdapterError/startNeedsOutByIn(module:start:)``.
  func check(_ settings: ModuleSettings) throws(AdapterError)
}

extension RepeatableStart {
  package func check(_ settings: ModuleSettings) throws(AdapterError) {}
  package func workspace(for base: MatrixShape) -> Int { 0 }
}

/// The starts of LoRA's factors.
package enum FactorStartRegistry {
  package static let all: [any FactorStart.Type] = [
    KaimingStart.self, GaussianStart.self, OrthogonalStart.self, PiSSAStart.self,
    FastPiSSAStart.self, MiLoRAStart.self, OLoRAStart.self, RLPOStart.self, RLMOStart.self,
    MiddleStart.self, RandomResidualStart.self, UniformResidualStart.self, GeoRAStart.self,
    EVAStart.self, CorDAStart.self,
    LoRAGAStart.self,
  ]

  /// The start of LoRA if none is chosen.
  package static var standard: any FactorStart.Type { all[0] }

  /// The start with this key; the standard one if the key is nil.
  /// - Throws: ``AdapterError/unknownKey(_:near:)``.
  package static func start(_ key: String?) throws(AdapterError) -> any FactorStart.Type {
    guard let key else { return standard }
    guard let start = all.first(where: { $0.key == key }) else {
      throw .unknownKey(key, near: NearestName.similar(to: key, among: all.map { $0.key }))
    }
    return start
  }
}
