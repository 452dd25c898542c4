public import LinearAlgebra
public import Spectra
import Synchronization

/// A base weight and its decomposition, which is made when it is first asked for and kept as long as
/// the group of units that share it is worked on.
///
/// A class, because the decomposition is shared by all who hold it.
public final class GroupBase: BaseWeight {
  /// The weight.
  public let weight: StoredMatrix
  private let topCount: Int
  private let needsMasks: Bool
  private let cache: BasisCache?
  private let made = Mutex<BaseGeometry?>(nil)
  private let hashed = Mutex<ContentHash?>(nil)

  init(_ weight: StoredMatrix, topCount: Int, needsMasks: Bool, cache: BasisCache?) {
    self.needsMasks = needsMasks
    self.weight = weight
    self.topCount = topCount
    self.cache = cache
  }

  /// The weight, a panel at a time.
  public var panels: StoredPanels { StoredPanels(weight) }
  public var rows: Int { weight.rows }
  public var columns: Int { weight.columns }

  /// The hash of what is stored.
  func contentHash() throws -> ContentHash {
    try hashed.withLock { hashed in
      if let hashed { return hashed }
      let hash = try ContentHash(of: weight)
      hashed = hash
      return hash
    }
  }

  public func matrix() throws -> Matrix<Double> { try weight.matrix() }

  /// The decomposition: from memory, from the cache, or made and stored there.
  public func geometry() throws -> BaseGeometry {
    try made.withLock { made in
      if let made { return made }
      let stored = try cache?.geometry(
        for: contentHash(), topCount: topCount, shape: panels.shape)
      var geometry = try stored ?? BaseGeometry(of: panels)
      let lacksMasks = needsMasks && geometry.masks == nil
      if lacksMasks { geometry = try geometry.withMasks(of: panels, topCount: topCount) }
      if let cache, stored == nil || lacksMasks {
        cache.store(geometry, for: try contentHash(), topCount: topCount)
      }
      made = geometry
      return geometry
    }
  }

  public func principalTriplets(count: Int) throws -> SingularTriplets<Double> {
    try geometry().principalTriplets(count: count, of: panels)
  }
}
