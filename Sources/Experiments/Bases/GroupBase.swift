import Checkpoints
package import LinearAlgebra
package import Spectra
import Synchronization
package import Updates

/// A base weight and its decomposition. The decomposition is computed when it is first needed and kept
/// while the group of units that share it is processed.
///
/// A class, because all its users share one decomposition.
package final class GroupBase: BaseWeight, ReferenceWeight {
  /// The weight.
  package let weight: StoredMatrix
  private let options: AnalysisOptions
  private let cache: BasisCache?
  /// By whether the basis is not formed.
  private let made = Mutex<[Bool: BaseGeometry]>([:])
  private let hashed = Mutex<ContentHash?>(nil)

  init(_ weight: StoredMatrix, options: AnalysisOptions, cache: BasisCache?) {
    self.weight = weight
    self.options = options
    self.cache = cache
  }

  /// The weight, a panel at a time.
  package var panels: any PanelSource { StoredPanels(weight) }
  package var rows: Int { weight.rows }
  package var columns: Int { weight.columns }

  /// The hash of the stored weight.
  func contentHash() throws -> ContentHash {
    try hashed.withLock { hashed in
      if let hashed { return hashed }
      let hash = try ContentHash(of: weight)
      hashed = hash
      return hash
    }
  }

  package func round(_ values: inout [Double]) {
    if weight.storageType.isRoundable { weight.storageType.round(&values) }
  }

  package func matrix() throws -> Matrix { try weight.matrix() }
  package func rows(_ range: Range<Int>) throws -> Matrix { try weight.rows(range) }

  /// The decomposition: from memory, from the cache, or computed and then stored in the cache. One of the head alone is not
  /// stored.
  package func geometry(for need: BasisNeed) throws -> BaseGeometry {
    let isHead = options.basis.isHead(of: panels.shape)
    let isReduced = !isHead && BaseGeometry.isReduced(panels.shape, for: need)
    return try made.withLock { made in
      if let known = made[isReduced] { return known }
      let stored = isHead ? nil : try storedGeometry(isReduced: isReduced)
      var geometry = try stored ?? decomposition(headOnly: isHead, for: need)
      let lacksMasks = options.wanted.contains(.entries) && geometry.masks == nil
      if lacksMasks { geometry = try withMasks(geometry) }
      if let cache, !isHead, stored == nil || lacksMasks {
        cache.store(
          geometry, for: try contentHash(), topCount: options.topCount, isReduced: isReduced)
      }
      geometry = try geometry.keepingGram(options.wanted.contains(.adapted), of: panels)
      made[isReduced] = geometry
      return geometry
    }
  }

  private func withMasks(_ geometry: BaseGeometry) throws -> BaseGeometry {
    do {
      return try geometry.withMasks(of: panels, topCount: options.topCount)
    } catch SpectraError.changedBetweenReadings {
      throw CheckpointError.changedWhileReading(file: weight.pieces[0].weight.file)
    }
  }

  private func storedGeometry(isReduced: Bool) throws -> BaseGeometry? {
    try cache?.geometry(
      for: contentHash(), topCount: options.topCount, shape: panels.shape, isReduced: isReduced)
  }

  private func decomposition(headOnly: Bool, for need: BasisNeed) throws -> BaseGeometry {
    try headOnly
      ? BaseGeometry(headOf: panels, count: 2 * panels.shape.principalCount(options.topCount))
      : BaseGeometry(of: panels, for: need)
  }

  package func principalTriplets(count: Int) throws -> SingularTriplets {
    let known = try geometry(for: .coordinates)
    // A start of high rank needs more triplets than the head has.
    let geometry =
      known.values.count < count ? try BaseGeometry(of: panels, for: .coordinates) : known
    return try geometry.principalTriplets(count: count, of: panels)
  }
}
