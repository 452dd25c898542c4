public import LinearAlgebra

/// Learnt rescaling: each output feature of W, or each input feature of a feed-forward module, is
/// multiplied by l.
///
/// | `ia3_l` | base | ΔW |
/// | --- | --- | --- |
/// | out × 1 | out × in | diag(l − 1) W, and the bias changes by (l − 1) ∘ b |
/// | 1 × in, feed-forward | out × in | W diag(l − 1) |
/// | either | in × out | the same of Wᵀ |
/// | 1 × n × 1… of a convolution | out × (in · kernel) | as above, by the list of feed-forward modules |
///
/// **Source:** Liu et al., "Few-shot parameter-efficient fine-tuning is better and cheaper than
/// in-context learning", 2022, arXiv 2205.05638, section 3.3.
public struct IA3: Adapter {
  public static let method = "ia3"
  public static let summary = "one learnt factor per output or input feature"
  public static let peftTypes = ["IA3"]
  public static let parameterNames = ["ia3_l"]

  public let resolved: ResolvedModule
  public let biasChange: BiasChange?
  private let changes: [Double]
  private let scalesRows: Bool

  public init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let factors = try reader.tensor("ia3_l")
    let count = factors.values.count
    let scalesInputs: Bool
    if factors.shape.count == 2, count > 1 {
      scalesInputs = factors.shape[0] == 1
    } else {
      scalesInputs = try settings.configuration.ia3.feedforwardModules.matchesEnd(
        of: settings.module)
    }
    guard factors.shape.count >= 2, factors.shape.contains(count) || count == 1 else {
      throw .parameterShape(
        module: settings.module, parameter: "ia3_l", found: factors.shape,
        expected: scalesInputs ? [1, nil] : [nil, 1])
    }
    changes = factors.values.map { $0 - 1 }
    scalesRows = scalesInputs == (settings.layout == .inByOut)
    biasChange = scalesInputs ? nil : .scaling(changes)
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: nil, alpha: nil, scale: 1)
  }

  /// The other dimension is whatever the base has.
  public var shape: MatrixShape? { nil }

  public func check(against base: MatrixShape) throws(AdapterError) {
    // A convolution has one column for each input and place in the kernel.
    let fits =
      scalesRows
      ? base.rows == changes.count
      : !changes.isEmpty && base.columns.isMultiple(of: changes.count)
    guard !fits else { return }
    throw .baseShape(
      module: resolved.module,
      update: scalesRows
        ? MatrixShape(rows: changes.count, columns: base.columns)
        : MatrixShape(rows: base.rows, columns: changes.count),
      base: base)
  }

  public func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    if scalesRows { return .rowScaling(changes) }
    let kernel = base.columns / changes.count
    return .columnScaling(changes.flatMap { Array(repeating: $0, count: kernel) })
  }
}
