import Foundation
package import Spectra

/// The result of a unit as a journal holds it. Numbers that come in rows are stored as the bytes of doubles, NaN where
/// there is none: JSON for each of them would take longer to write, and to read back for every table, than some of the
/// decompositions.
package struct JournaledModule: Codable {
  private let identity: ModuleIdentity
  private let numerics: Numerics
  private let heads: HeadShares?
  private let nonFiniteCount: Int
  private let isOverflow: Bool, isRounding: Bool
  /// One for each metric of the registry.
  private let metrics: PackedNumbers
  private let baseSingularValues: PackedNumbers, adaptedSingularValues: PackedNumbers
  private let updateSingularValues: PackedNumbers
  /// Eight for each bin.
  private let projection: PackedNumbers
  /// Four for each null: the place of the metric in the registry comes first.
  private let nulls: PackedNumbers
  /// Three for each direction.
  private let directions: PackedNumbers

  package init(_ analysis: ModuleAnalysis) {
    identity = analysis.identity
    numerics = analysis.numerics
    heads = analysis.heads
    nonFiniteCount = analysis.nonFiniteCount
    isOverflow = analysis.isOverflow
    isRounding = analysis.isRounding
    metrics = PackedNumbers(MetricRegistry.names.map { analysis.metrics[$0] ?? .nan })
    baseSingularValues = PackedNumbers(analysis.baseSingularValues)
    adaptedSingularValues = PackedNumbers(analysis.adaptedSingularValues)
    updateSingularValues = PackedNumbers(analysis.updateSingularValues)
    projection = PackedNumbers(
      analysis.projection.flatMap { bin in
        [
          bin.baseEnergy, bin.updateEnergyRight, bin.updateEnergyLeft, bin.nullEnergyRight,
          bin.nullEnergyLeft, bin.spectralChange ?? .nan, bin.firstOrderChange ?? .nan,
          bin.nullSpectralChange ?? .nan,
        ]
      })
    nulls = PackedNumbers(
      analysis.nulls.flatMap { null in
        [
          MetricRegistry.names.firstIndex(of: null.metric).map(Double.init) ?? .nan, null.mean,
          null.standardDeviation, null.samples.map(Double.init) ?? .nan,
        ]
      })
    directions = PackedNumbers(
      analysis.taskDirections.flatMap {
        [Double($0.index), $0.baseSingularValue, $0.alignedChange]
      })
  }

  /// The analysis; nil if no analysis gives such numbers.
  package var analysis: ModuleAnalysis? {
    var result = ModuleAnalysis(
      identity: identity, baseSingularValues: baseSingularValues.values,
      adaptedSingularValues: adaptedSingularValues.values,
      updateSingularValues: updateSingularValues.values, heads: heads, numerics: numerics,
      nonFiniteCount: nonFiniteCount)
    result.isOverflow = isOverflow
    result.isRounding = isRounding
    for (name, value) in zip(MetricRegistry.names, metrics.values) where !value.isNaN {
      result.metrics[name] = value
    }
    result.projection = projection.rows(of: 8).map { row in
      ProjectionBin(
        baseEnergy: row[0], updateEnergyRight: row[1], updateEnergyLeft: row[2],
        nullEnergyRight: row[3], nullEnergyLeft: row[4], spectralChange: row[5].known,
        firstOrderChange: row[6].known, nullSpectralChange: row[7].known)
    }
    for row in nulls.rows(of: 4) {
      guard let place = Int(exactly: row[0]), MetricRegistry.names.indices.contains(place) else {
        return nil
      }
      result.nulls.append(
        NullEstimate(
          metric: MetricRegistry.names[place], mean: row[1], standardDeviation: row[2],
          samples: row[3].known.flatMap { Int(exactly: $0) }))
    }
    for row in directions.rows(of: 3) {
      guard let index = Int(exactly: row[0]), index >= 0 else { return nil }
      result.taskDirections.append(
        TaskDirection(index: index, baseSingularValue: row[1], alignedChange: row[2]))
    }
    return result.isPlausible ? result : nil
  }
}

/// Numbers as the bytes of doubles, which JSON holds as base 64.
private struct PackedNumbers: Codable {
  private let bytes: Data

  init(_ values: [Double]) { bytes = unsafe values.withUnsafeBytes { unsafe Data($0) } }

  init(from decoder: any Decoder) throws {
    bytes = try decoder.singleValueContainer().decode(Data.self)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(bytes)
  }

  var values: [Double] {
    unsafe bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / MemoryLayout<Double>.size).map { index in
        // Unaligned, because decoded bytes can start at any address.
        unsafe bytes.loadUnaligned(fromByteOffset: index * 8, as: Double.self)
      }
    }
  }

  /// The values in rows; an incomplete last one is left out.
  func rows(of length: Int) -> [[Double]] {
    let values = values
    return stride(from: 0, to: values.count - length + 1, by: length).map {
      Array(values[$0..<$0 + length])
    }
  }
}

extension Double {
  /// Nil for NaN.
  fileprivate var known: Double? { isNaN ? nil : self }
}
