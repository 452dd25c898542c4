/// How much of a base's singular basis is computed.
public enum BasisExtent: String, Sendable, CaseIterable {
  /// All of it, up to 6,144 directions; only the head of wider weights.
  case automatic = "auto"
  case full
  /// Only the leading K directions, by block Lanczos; metrics that need all directions are left out.
  case head

  /// Whether only the head of a weight is computed.
  public func isHead(of shape: OrientedShape) -> Bool {
    self == .head || self == .automatic && shape.short > 6144
  }
}

/// What is computed for an update, and in what detail.
public struct AnalysisOptions: Sendable, Equatable {
  /// K, the number of principal directions for shares and angles; at most half of a matrix's directions.
  public var topCount: Int
  /// The metrics that are wanted, of ``MetricRegistry`` and ``PathMetricRegistry``; a measurement that none of them needs
  /// is skipped.
  public var metrics: Set<String>
  /// How many random orientations are drawn for nulls without a closed form; 0 leaves them out.
  public var nullSamples: Int
  /// The number of bins of the projection.
  public var bins: Int
  /// How much of a base's singular basis is computed.
  public var basis: BasisExtent

  public init(
    topCount: Int = 16, metrics: Set<String> = Set(MetricRegistry.names), nullSamples: Int = 0,
    bins: Int = 50, basis: BasisExtent = .automatic
  ) {
    self.topCount = topCount
    self.metrics = metrics
    self.nullSamples = nullSamples
    self.bins = bins
    self.basis = basis
  }

  /// Whether the directions of the base that changed most for their size are listed.
  var wantsTaskDirections: Bool {
    !metrics.isDisjoint(with: [TaskDirectionRate.name, TaskDirectionIndex.name])
  }

  /// Whether the paths of modules over the checkpoints of a run are wanted.
  public var wantsPaths: Bool { !metrics.isDisjoint(with: PathMetricRegistry.names) }

  /// What has to be measured for these metrics.
  public var wanted: ChangeMeasurements.Wanted {
    MetricRegistry.all.reduce(into: []) { wanted, metric in
      if metrics.contains(metric.name), let change = metric as? any ChangeMetric.Type {
        wanted.formUnion(change.needs)
      }
    }
  }
}

/// Computes all results for one weight update: its row of metrics.csv and its rows of the other tables.
public struct ModuleAnalyzer: Sendable {
  public let options: AnalysisOptions

  public init(options: AnalysisOptions) { self.options = options }

  /// Analyses an update against its base.
  ///
  /// NaN, infinity and numbers too large to square are a finding, not an error: the result then holds only
  /// their number. This is also so if the update cannot be made because of them.
  /// - Parameters:
  ///   - identity: Run, step and module.
  ///   - update: Makes the update, of the base's shape.
  ///   - reference: The base; it is decomposed only if the update is not zero.
  ///   - heads: The attention heads of the weight, if it has some.
  /// - Throws: ``SpectraError/changedBetweenReadings``; a LAPACK failure; what `update`,
  ///   `reference` or reading throws, except for such numbers.
  /// - Complexity: O(long · p² + p³) for an update of full rank, O(long · p · r + p³) for a factored
  ///   one.
  public func analyze(
    _ identity: ModuleIdentity, _ update: @autoclosure () throws -> UpdateForm,
    of reference: some ReferenceWeight, heads: HeadBlocks? = nil
  ) throws -> ModuleAnalysis {
    try result(identity, update, base: reference.panels) {
      try measured(identity, $0, of: reference, heads)
    }
  }

  /// Makes an update and measures it, or counts the entries because of which that is not possible.
  private func result(
    _ identity: ModuleIdentity, _ update: () throws -> UpdateForm, base: (any PanelSource)?,
    _ measured: (UpdateForm) throws -> ModuleAnalysis
  ) throws -> ModuleAnalysis {
    var form: UpdateForm?
    do {
      let update = try update()
      form = update
      return try measured(update)
    } catch {
      guard let unusable = try UnusableNumbers(error, in: [base, form?.panels]) else { throw error }
      return ModuleAnalysis(identity: identity, unusable)
    }
  }

  private func measured(
    _ identity: ModuleIdentity, _ update: UpdateForm, of reference: some ReferenceWeight,
    _ heads: HeadBlocks?
  ) throws -> ModuleAnalysis {
    var result = ModuleAnalysis(identity: identity)
    guard
      let change = try ChangeMeasurements(
        update, of: reference, topCount: options.topCount, wanted: options.wanted,
        heads: options.metrics.contains(HeadConcentration.name) ? heads : nil)
    else {
      result.metrics = Self.zeroMetrics.filter { options.metrics.contains($0.key) }
      return result
    }
    result.metrics = metrics(of: change)
    result.baseSingularValues = change.base.values
    result.updateSingularValues = change.update.values
    result.adaptedSingularValues = change.adapted?.values ?? []
    result.projection = change.projection(bins: options.bins)
    result.heads = change.heads
    if options.wantsTaskDirections { result.taskDirections = change.taskDirections() }
    result.numerics = change.numerics
    try addNulls(of: change, reference, to: &result)
    return result.finite
  }

  /// Analyses an update without its base: only the metrics of its own singular values.
  ///
  /// NaN, infinity and numbers too large to square are a finding here too.
  /// - Throws: A LAPACK failure; what `update` or reading throws, except for such numbers.
  public func analyze(
    _ identity: ModuleIdentity, _ update: @autoclosure () throws -> UpdateForm
  ) throws -> ModuleAnalysis {
    try result(identity, update, base: nil) { try measured(identity, $0) }
  }

  private func measured(
    _ identity: ModuleIdentity, _ update: UpdateForm
  ) throws -> ModuleAnalysis {
    var result = ModuleAnalysis(identity: identity)
    guard let spectrum = try update.spectrum() else {
      result.metrics = Self.zeroMetrics.filter { options.metrics.contains($0.key) }
      return result
    }
    result.updateSingularValues = spectrum.values.values
    result.numerics.update = spectrum.route
    for metric in MetricRegistry.all where options.metrics.contains(metric.name) {
      if let metric = metric as? any SpectrumMetric.Type {
        result.metrics[metric.name] = metric.measured(on: spectrum.values)
      }
    }
    return result.finite
  }

  /// Every wanted metric that has a meaning for this change.
  func metrics(of change: ChangeMeasurements) -> [String: Double] {
    var values = [String: Double]()
    for metric in MetricRegistry.all
    where options.metrics.contains(metric.name)
      && (change.hasBaseDirections || !MetricRegistry.needsBaseDirections(metric))
    {
      let value: Double? =
        switch metric {
        case let metric as any SpectrumMetric.Type: metric.measured(on: change.update)
        case let metric as any ChangeMetric.Type: metric.value(of: change)
        default: nil
        }
      if let value, value.isFinite { values[metric.name] = value }
    }
    return values
  }

  /// The metrics that are defined for a zero update: nothing grew, moved or turned.
  private static let zeroMetrics: [String: Double] = [
    UpdateFrobeniusNorm.name: 0, UpdateSpectralNorm.name: 0, NuclearNorm.name: 0,
    UpdateRank.name: 0, RelativeUpdateNorm.name: 0, NormalizedSpectralShift.name: 0,
    PrincipalAngleLeftMax.name: 0, PrincipalAngleRightMax.name: 0,
    PrincipalAngleLeftMean.name: 0, PrincipalAngleRightMean.name: 0,
    SubspaceOverlapLeft.name: 1, SubspaceOverlapRight.name: 1, IntruderCount.name: 0,
    IntruderEnergyShare.name: 0, BF16UpdateSparsity.name: 1, TaskDirectionRate.name: 0,
  ]

  /// Adds what a random orientation of the update gives: the nulls in closed form, and with samples all others.
  private func addNulls(
    of change: ChangeMeasurements, _ reference: some ReferenceWeight,
    to result: inout ModuleAnalysis
  ) throws {
    guard change.hasBaseDirections else { return }
    result.nulls = change.closedFormNulls.filter { options.metrics.contains($0.metric) }
    guard options.nullSamples > 0 else { return }
    let known = Set(result.nulls.map(\.metric))
    let sampled = try SampledNull(samples: options.nullSamples).estimates(
      of: change, reference, analyzer: self, seed: result.identity.seedOfNull)
    result.nulls += sampled.estimates.filter { !known.contains($0.metric) }
    for (bin, mean) in zip(result.projection.indices, sampled.spectralChanges) {
      result.projection[bin].nullSpectralChange = mean
    }
  }
}

extension ModuleIdentity {
  /// A seed computed from the module's name alone (FNV-1a): each module has its own draws, and every analysis
  /// draws the same.
  fileprivate var seedOfNull: UInt64 {
    module.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}

extension SpectrumMetric {
  /// The value, of a spectrum that may be so small that its squares vanish.
  fileprivate static func measured(on spectrum: Spectrum) -> Double? {
    value(of: unit == "weight" ? spectrum : spectrum.inUsableUnit)
  }
}

extension MetricRegistry {
  /// Whether a metric compares with directions, masks or energy of the base: none of them exists for a base
  /// of zeros, whose singular vectors are arbitrary, and none can be measured if the squares of either vanish.
  fileprivate static func needsBaseDirections(_ metric: any Metric.Type) -> Bool {
    metric != BF16UpdateSparsity.self && baseMetrics.contains { $0 == metric }
  }
}
