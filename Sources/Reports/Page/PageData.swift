import Diagnosis
import Documents
import Spectra

/// What the script of report.html draws from: metrics of every matrix at every step, spectra and projections, as JSON.
///
/// A page stays below five megabytes for 500 matrices × 20 steps × 3 runs. Numbers have four digits, what belongs to the
/// base is there once, and where the limits below are reached earlier steps have only the main metrics and no spectra.
struct PageData {
  let analysis: Analysis
  private let overview: ResultsOverview
  private let metrics: [any Metric.Type]
  private let lastCount: Int
  private let earlyCount: Int

  /// The most numbers in the tables, and the fewest metrics of a row.
  private static let most = 330_000, fewest = 4
  /// The most matrices of a step with spectra and projection.
  private static let mostDetails = 1500

  /// The metrics that come first: those of the table's first columns, then what else a history shows.
  static let mainMetrics = [
    RelativeUpdateNorm.name, HeadShareRight.name, NullZRight.name, StableRank.name,
    EnergyRank99.name, NormalizedSpectralShift.name, PrincipalAngleRightMax.name,
    BF16UpdateSparsity.name, EffectiveRank.name, HeadShareLeft.name,
  ]
  private static let shownCount = 8

  init(of analysis: Analysis, _ overview: ResultsOverview) {
    self.analysis = analysis
    self.overview = overview
    let known = MetricRegistry.all.filter { overview.metrics.contains($0.name) }
    let main = Self.mainMetrics.compactMap { name in known.first { $0.name == name } }
    metrics = main + known.filter { metric in !Self.mainMetrics.contains(metric.name) }
    let lastRows = analysis.shownRuns.reduce(0) { $0 + analysis.lastModules(of: $1).count }
    let earlyRows = analysis.modules.count - lastRows
    lastCount = min(metrics.count, max(Self.fewest, Self.most / max(1, lastRows)))
    earlyCount = min(
      lastCount, max(Self.fewest, (Self.most - lastRows * lastCount) / max(1, earlyRows)))
  }

  /// The JSON, safe inside a script element, which would end at the first `</`.
  /// - Throws: What reading results throws.
  func text() throws -> String {
    var names = Interned<Void>()
    var bases = Interned<JSONValue>()
    let runs = try zip(analysis.shownRuns, analysis.runStyles).map { run, style in
      try self.run(run, style, &names, &bases)
    }
    let named = names.keys.map { name in
      JSONValue.array([
        .string(name), overview.shapes[name].map(JSONValue.string) ?? .null,
        .string(overview.kinds[name] ?? name),
      ])
    }
    let root = JSONValue.record([
      "metrics": .array(
        metrics.map { metric in
          .array([
            .string(metric.name),
            .string(
              "\(TopCount.filled(metric.summary, analysis.principalCount)). Range \(metric.range), \(metric.unit)."
            ),
            .string(
              TopCount.isIn(metric.summary)
                ? TopCount.naming("", analysis.principalCount.number) : ""),
          ])
        }),
      "shown": .integer(
        min(Self.shownCount, metrics.count(where: { Self.mainMetrics.contains($0.name) }))),
      "early": .integer(earlyCount), "modules": .array(named), "runs": .array(runs),
      "bases": .array(bases.values), "indices": indices,
    ])
    return String(root.line.dropLast())
      .replacing("/", with: "\\/").replacing("<", with: "\\u003c")
  }

  // MARK: Runs

  private func run(
    _ run: RunAnalysis, _ style: SeriesStyle, _ names: inout Interned<Void>,
    _ bases: inout Interned<JSONValue>
  ) throws -> JSONValue {
    let last = run.steps.last?.step
    let byStep = Dictionary(
      analysis.modules.of(run: run.name).steps.map { ($0.step, $0.results) }
    ) { first, _ in first }
    let curve = run.shownCurve.map { shown in
      JSONValue.record([
        "title": .string(shown.title),
        "points": .array(
          run.curve(shown.name).points.map { .array([.integer($0.step), .rounded($0.value)]) }),
      ])
    }
    let hasAllDetails = analysis.modules.count <= Self.mostDetails
    return .record([
      "name": .string(run.name), "label": .string(run.label), "line": .string(style.line),
      "fill": .string(style.fill), "steps": .array(run.steps.map { .integer($0.step) }),
      "curve": curve ?? .null,
      "rows": .array(
        try run.steps.map { step in
          .array(
            try (byStep[step.step] ?? []).map { row($0, isLast: step.step == last, &names) })
        }),
      "details": .array(
        try run.steps.map { step in
          guard hasAllDetails || step.step == last else { return .null }
          return try details(of: byStep[step.step] ?? [], &names, &bases)
        }),
      "chance": try chance(of: last.flatMap { byStep[$0] } ?? [], &names),
      "vectors": vectors(of: run),
    ])
  }

  /// For each step, how many vectors of the checkpoint changed, and how many it has.
  private func vectors(of run: RunAnalysis) -> JSONValue {
    let byStep = Dictionary(
      grouping: analysis.vectors.lazy.filter { $0.identity.run == run.name }, by: \.identity.step)
    return .array(
      run.steps.map { step in
        let found = byStep[step.step] ?? []
        return .array([
          .integer(found.count { $0.updateNorm ?? 0 > 0 }), .integer(found.count),
        ])
      })
  }

  /// The place of the module in the list, how many of its entries are not finite, and its metrics.
  private func row(
    _ module: ModuleAnalysis, isLast: Bool, _ names: inout Interned<Void>
  ) -> JSONValue {
    let values = metrics.prefix(isLast ? lastCount : earlyCount).map { metric in
      JSONValue.rounded(module.metrics[metric.name])
    }
    return .array(
      [.integer(names.index(of: module.identity.module, ())), .integer(module.nonFiniteCount)]
        + values)
  }

  /// What a random orientation would give at the last step, by module and then by place of the metric.
  private func chance(
    of modules: StoredResults<ModuleAnalysis>, _ names: inout Interned<Void>
  ) throws -> JSONValue {
    let places = Dictionary(
      metrics.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    return .object(
      try (0..<min(modules.count, Self.mostDetails)).compactMap { index in
        let module = try modules.read(index)
        guard !module.nulls.isEmpty else { return nil }
        return JSONValue.Member(
          key: String(names.index(of: module.identity.module, ())),
          value: .object(
            module.nulls.compactMap { null in
              places[null.metric].map { .init(key: String($0), value: .rounded(null.mean)) }
            }))
      })
  }

  // MARK: Spectra

  /// Spectra and projections of the most changed modules, by place of the module.
  private func details(
    of modules: StoredResults<ModuleAnalysis>, _ names: inout Interned<Void>,
    _ bases: inout Interned<JSONValue>
  ) throws -> JSONValue {
    let most = Self.mostDetails / max(1, analysis.shownRuns.count)
    let sizes = try modules.map { module in
      module.updateSingularValues.isEmpty ? nil : module.metrics[RelativeUpdateNorm.name] ?? 0
    }
    let chosen = sizes.enumerated().compactMap { index, size in size.map { (index, $0) } }
      .sorted { $0.1 > $1.1 }.prefix(most)
    return .object(
      try chosen.map { index, _ in
        let module = try modules.read(index)
        let projection = ShownProjection(module.projection)
        let base = JSONValue.array([
          Self.spectrum(module.baseSingularValues), .array(projection.base.map(JSONValue.rounded)),
        ])
        return JSONValue.Member(
          key: String(names.index(of: module.identity.module, ())),
          value: .array([
            .integer(bases.index(of: base.line, base)), Self.spectrum(module.adaptedSingularValues),
            Self.spectrum(module.updateSingularValues),
            .array(projection.right.map(JSONValue.rounded)),
            .array(projection.left.map(JSONValue.rounded)),
          ]))
      })
  }

  /// How many singular values there are, then those at some indices.
  private static func spectrum(_ values: [Double]) -> JSONValue {
    .array([.integer(values.count)] + SpectrumIndices.of(values.count).map { .rounded(values[$0]) })
  }

  /// The indices of the values of spectra, counted from one, by the number of values.
  private var indices: JSONValue {
    .object(
      overview.spectrumLengths.sorted().map { count in
        JSONValue.Member(
          key: String(count), value: .array(SpectrumIndices.of(count).map { .integer($0 + 1) }))
      })
  }
}
