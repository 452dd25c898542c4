public import LinearAlgebra
import Synchronization

/// The pretrained weight that updates are measured against.
public protocol ReferenceWeight: Sendable {
  /// The entries, a panel at a time.
  var panels: any PanelSource { get }
  /// Rounds values in place to the type that the weight is stored in.
  func round(_ values: inout [Double])
  /// The decomposition for a need, made when it is first needed and then kept. What it is for one need does not depend on
  /// whether another one was asked for.
  /// - Throws: ``SpectraError/notFinite(count:)``, a LAPACK failure, or what reading throws.
  func geometry(for need: BasisNeed) throws -> BaseGeometry
}

/// A pretrained weight in memory.
///
/// A class, because all holders share the decomposition.
public final class DenseReference: ReferenceWeight {
  public let panels: any PanelSource
  private let rounding: @Sendable (inout [Double]) -> Void
  private let made: Mutex<[Bool: BaseGeometry]>

  /// - Parameters:
  ///   - weight: Rows × columns.
  ///   - geometry: The decomposition for every need, if the caller already has it.
  ///   - rounding: Rounds to the type that the weight is stored in; by default nothing is rounded (Float64).
  public init(
    _ weight: Matrix, geometry: BaseGeometry? = nil,
    rounding: @escaping @Sendable (inout [Double]) -> Void = { _ in }
  ) {
    panels = DensePanels(weight)
    self.rounding = rounding
    made = Mutex(geometry.map { [true: $0, false: $0] } ?? [:])
  }

  public func round(_ values: inout [Double]) { rounding(&values) }

  /// - Throws: As ``BaseGeometry/init(of:for:)``.
  public func geometry(for need: BasisNeed) throws -> BaseGeometry {
    let isReduced = BaseGeometry.isReduced(panels.shape, for: need)
    return try made.withLock { made in
      if let known = made[isReduced] { return known }
      let geometry = try BaseGeometry(of: panels, for: need)
      made[isReduced] = geometry
      return geometry
    }
  }
}
