import Documents
public import LinearAlgebra

/// Where the factors of LoRA begin: A₀ and B₀ of s·B₀A₀.
///
/// Training asks a start for its factors. Reading asks a ``RepeatableStart`` again, to take out of a saved
/// adapter what it contributed before training. A new start is one type in `Starts` and one line in
/// ``FactorStartRegistry/all``.
public protocol FactorStart: Sendable {
  /// Key on the command line; alone it stands for LoRA with this start.
  static var key: String { get }
  /// One line for `list starts`.
  static var summary: String { get }
  /// Whether the frozen weight becomes W − s·B₀A₀; otherwise B₀A₀ is zero.
  static var leavesResidual: Bool { get }
  /// Whether the factors depend on a batch of the task.
  static var needsCalibration: Bool { get }

  /// Throws if the start cannot give factors of this rank.
  static func check(rank: Int, module: AdaptedModule) throws(AdapterError)

  init()

  /// The first factors.
  /// - Parameters:
  ///   - base: The pretrained weight, out × in, of finite numbers.
  ///   - rank: Not above the smaller dimension.
  ///   - scale: s.
  ///   - generator: Where random numbers come from.
  ///   - calibration: A batch of the task, which most starts ignore.
  func factors(
    base: any BaseWeight, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair
}

extension FactorStart {
  public static var leavesResidual: Bool { false }
  public static var needsCalibration: Bool { false }
  public static func check(rank: Int, module: AdaptedModule) throws(AdapterError) {}

  /// The calibration, if there is one.
  static func required(_ calibration: Calibration?) throws(AdapterError) -> Calibration {
    guard let calibration else { throw .calibrationNeeded(start: key) }
    return calibration
  }
}

/// A start that follows from the base weight alone, so that it can be computed again.
public protocol RepeatableStart: FactorStart {
  /// s·B₀A₀ in the layout of the base, as `output · input`.
  /// - Parameters:
  ///   - base: The pretrained weight, in the layout of the settings.
  ///   - rank: The rank of the trained factors.
  ///   - scale: s.
  ///   - settings: The module's, for its layout and its name in errors.
  /// - Throws: ``AdapterError/startNeedsOutByIn(module:start:)``; what reading the base throws.
  func product(
    of base: any BaseWeight, rank: Int, scale: Double, settings: ModuleSettings
  ) throws -> FactorPair

  /// Checks what of a module's settings keeps the start from being told.
  /// - Throws: ``AdapterError/startNeedsOutByIn(module:start:)``.
  func check(_ settings: ModuleSettings) throws(AdapterError)
}

extension RepeatableStart {
  public func check(_ settings: ModuleSettings) throws(AdapterError) {}
}

/// The starts of LoRA's factors.
public enum FactorStartRegistry {
  public static let all: [any FactorStart.Type] = [
    KaimingStart.self, GaussianStart.self, OrthogonalStart.self, PiSSAStart.self,
    FastPiSSAStart.self, MiLoRAStart.self, OLoRAStart.self, RLPOStart.self, RLMOStart.self,
    MiddleStart.self, RandomResidualStart.self, GeoRAStart.self, EVAStart.self, CorDAStart.self,
    LoRAGAStart.self,
  ]

  /// What LoRA begins with if nothing is said.
  public static var standard: any FactorStart.Type { all[0] }

  /// The start of a key; the standard one without a key.
  /// - Throws: ``AdapterError/unknownKey(_:near:)``.
  public static func start(_ key: String?) throws(AdapterError) -> any FactorStart.Type {
    guard let key else { return standard }
    guard let start = all.first(where: { $0.key == key }) else {
      throw .unknownKey(key, near: NearestName.similar(to: key, among: all.map { $0.key }))
    }
    return start
  }
}
