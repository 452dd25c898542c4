import LinearAlgebra

/// Nulls without a closed form: the metrics of updates with the same singular values and Haar-random
/// left and right frames, drawn with a seed and measured like the real one.
struct SampledNull: Sendable {
  /// How many orientations are drawn.
  let samples: Int

  /// The mean and standard deviation of every metric against the base, and the mean change of the singular values of
  /// each bin of the projection.
  /// - Complexity: `samples` times that of one analysis.
  func estimates(
    of change: ChangeMeasurements, _ reference: some ReferenceWeight, analyzer: ModuleAnalyzer,
    seed: UInt64
  ) throws -> (estimates: [NullEstimate], spectralChanges: [Double?]) {
    var generator = SplitMix64(seed: seed)
    var drawn = [String: [Double]]()
    var profiles = [[Double?]]()
    for _ in 0..<samples {
      let update = randomOrientation(of: change.update, using: &generator)
      let form = try UpdateForm(update, base: reference.panels)
      guard
        let measured = try ChangeMeasurements(
          form, of: reference, topCount: change.topCount, wanted: analyzer.options.wanted)
      else { continue }
      profiles.append(
        measured.projection(bins: analyzer.options.bins).map(\.spectralChange))
      let values = analyzer.metrics(of: measured)
      for metric in MetricRegistry.all where metric is any ChangeMetric.Type {
        if let value = values[metric.name] { drawn[metric.name, default: []].append(value) }
      }
    }
    let estimates = MetricRegistry.names.compactMap { name -> NullEstimate? in
      guard let values = drawn[name], values.count > 1, let center = SampleMoments.mean(of: values)
      else {
        return nil
      }
      let squares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
      return NullEstimate(
        metric: name, mean: center,
        standardDeviation: (squares / Double(values.count - 1)).squareRoot(),
        samples: values.count)
    }
    let bins = profiles.first?.count ?? 0
    return (
      estimates, (0..<bins).map { bin in SampleMoments.mean(of: profiles.compactMap { $0[bin] }) }
    )
  }

  /// U diag(s) Vᵀ with Haar-random U and V.
  private func randomOrientation(
    of spectrum: Spectrum, using generator: inout SplitMix64
  ) -> WeightUpdate {
    let values = spectrum.values.filter { $0 > 0 }
    let left = generator.orthonormalFrame(rows: spectrum.rows, columns: values.count)
    let right = generator.orthonormalFrame(rows: spectrum.columns, columns: values.count)
    return .product(left.scalingColumns(by: values), right.transposed())
  }
}
