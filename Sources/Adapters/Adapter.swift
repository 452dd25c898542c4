public import LinearAlgebra

/// A saved adapter of one module: a map from its parameters, and for some methods from the base weight, to
/// the weight update.
///
/// A new method is one folder and one line in ``AdapterRegistry``.
public protocol Adapter: Sendable {
  /// The method that it was trained by.
  associatedtype Method: AdapterMethod

  /// What follows the module's name in the names of its tensors, such as `lora_A.weight`.
  static var parameterNames: [String] { get }
  /// Parameters that each make the update zero if they are zero; empty if there are none.
  static var factorNames: [String] { get }
  /// Tensors that all modules share, such as `vera_A`; most methods have none.
  static var sharedParameterNames: [String] { get }

  /// Whether all modules share a tensor of this name; if a module is given, whether that module uses it.
  static func shares(_ name: String, with module: String?) -> Bool

  /// Whether this method trained a module with these tensors. Only methods of the same `peft_type` are asked.
  static func describes(_ parameters: Set<String>, settings: ModuleSettings) -> Bool

  /// The size that decides how much ``replayedParameters(shapes:configuration:)`` draws, such as the rank; nil for a
  /// method that draws nothing. The configuration alone is not trusted: a tensor of the file must have this size.
  static func replayedSize(_ configuration: AdapterConfiguration) -> Int?

  /// The shared tensors that a file may leave out, because they can be drawn again from a seed.
  /// - Parameters:
  ///   - shapes: The shapes of the adapted modules, out × in.
  ///   - configuration: The adapter's configuration, which holds the seed.
  static func replayedParameters(
    shapes: [MatrixShape], configuration: AdapterConfiguration
  ) -> [String: Tensor]

  /// Checks the tensors of one module and keeps those that the update needs.
  /// - Parameters:
  ///   - parameters: By name, as in `parameterNames` and `sharedParameterNames`.
  ///   - settings: Rank, alpha and layout as resolved for this module.
  /// - Throws: ``AdapterError/missingParameter(module:parameter:present:)``,
  ///   ``AdapterError/parameterShape(module:parameter:found:expected:)``; others by the method, for
  ///   tensors or settings that determine no update.
  init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError)

  /// Rank, alpha and scale as resolved for this module.
  var resolved: ResolvedModule { get }

  /// The shape of the update in the layout of the base; nil if it depends on the base.
  var shape: MatrixShape? { get }

  /// Whether the base is needed to compute ΔW.
  var needsBase: Bool { get }

  /// Checks that the update fits a base of this shape, without reading or computing anything.
  /// - Throws: ``AdapterError/baseShape(module:update:base:)`` and the other errors of ``weightUpdate(of:)`` that
  ///   depend on the shape alone.
  func check(against base: MatrixShape) throws(AdapterError)

  /// How many numbers are in memory at most while ΔW is made and measured, beside those of the parameters and of
  /// matrices of their sizes: for the estimate of the memory that an analysis needs.
  func workspace(for base: MatrixShape) -> Int

  /// ΔW, in the layout in which the base stores W.
  /// - Throws: ``AdapterError/baseShape(module:update:base:)`` for the weight of another model;
  ///   ``AdapterError/baseNeeded(module:method:)`` if W is needed and not available.
  func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate

  /// Whether the module's weight changes; a method may change only its bias.
  var changesWeight: Bool { get }

  /// How the module's bias changes; nil if it does not.
  var biasChange: BiasChange? { get }

  /// How the module's bias changes, for a method in which that depends on the weight; ``biasChange`` for all others.
  /// - Parameter base: W, in the layout in which the base stores it.
  /// - Throws: ``AdapterError`` if the base does not fit the parameters, or is needed and not
  ///   available; what reading it throws.
  func biasChange(of base: any BaseWeight) throws -> BiasChange?
}

extension Adapter {
  /// Key of the method, such as `lora`.
  public static var method: String { Method.key }
  /// One line for `list adapters`.
  public static var summary: String { Method.summary }
  /// The values of `peft_type` under which such tensors are found.
  public static var peftTypes: [String] { Method.peftTypes }

  public static var factorNames: [String] { [] }
  public static var sharedParameterNames: [String] { [] }

  public static func describes(_ parameters: Set<String>, settings: ModuleSettings) -> Bool {
    parameterNames.contains(where: parameters.contains)
  }

  public static func replayedSize(_ configuration: AdapterConfiguration) -> Int? { nil }

  public static func replayedParameters(
    shapes: [MatrixShape], configuration: AdapterConfiguration
  ) -> [String: Tensor] { [:] }

  public static func shares(_ name: String, with module: String?) -> Bool {
    sharedParameterNames.contains(name)
  }

  /// What the parameters alone determine.
  /// - Throws: Nothing.
  public func biasChange(of base: any BaseWeight) throws -> BiasChange? { biasChange }

  public var changesWeight: Bool { true }

  public var biasChange: BiasChange? { nil }

  /// What DoRA takes, the most of all methods: W, the product, V, V with other norms, ΔW, and one more while W is read. A
  /// method whose ΔW is a thin product or a scaling says 0.
  public func workspace(for base: MatrixShape) -> Int { 6 * base.rows * base.columns }

  /// If the parameters alone do not determine the shape, the base is needed.
  public var needsBase: Bool { shape == nil }

  /// Compares the shape of the base with that of the update, if the parameters determine it.
  /// - Throws: ``AdapterError/baseShape(module:update:base:)``.
  public func check(against base: MatrixShape) throws(AdapterError) {
    if let shape, shape != base {
      throw .baseShape(module: resolved.module, update: shape, base: base)
    }
  }

  /// Checks that the update fits the shape of this base.
  func checkShape(of base: any BaseWeight) throws(AdapterError) {
    try check(against: base.matrixShape)
  }
}

/// Stands in for a base weight that is not available: its shape is known, its entries are not.
public struct AbsentBase: BaseWeight {
  public let rows: Int
  public let columns: Int
  private let module: String
  private let method: String

  /// The base of an adapter whose parameters determine its shape.
  /// - Throws: ``AdapterError/baseNeeded(module:method:)`` if they do not.
  public init(for adapter: any Adapter) throws(AdapterError) {
    module = adapter.resolved.module
    method = adapter.resolved.method
    guard let shape = adapter.shape else { throw .baseNeeded(module: module, method: method) }
    rows = shape.rows
    columns = shape.columns
  }

  /// - Throws: ``AdapterError/baseNeeded(module:method:)``, always: the entries are not known.
  public func matrix() throws -> Matrix {
    throw AdapterError.baseNeeded(module: module, method: method)
  }

  /// - Throws: ``AdapterError/baseNeeded(module:method:)``, always: the entries are not known.
  public func principalTriplets(count: Int) throws -> SingularTriplets {
    throw AdapterError.baseNeeded(module: module, method: method)
  }
}
