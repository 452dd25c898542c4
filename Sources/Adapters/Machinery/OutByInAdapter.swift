package import LinearAlgebra

/// A saved adapter whose mathematics is written for a weight that is stored out × in.
///
/// A base stored in × out is turned for it and the update is turned back, so the method need not know of layouts.
package protocol OutByInAdapter: Adapter {
  var settings: ModuleSettings { get }

  /// The shape of the update, out × in; nil if the parameters do not tell it.
  var outByInShape: MatrixShape? { get }

  /// Checks that the update fits a base of this shape, out × in.
  /// - Throws: ``AdapterError/baseShape(module:update:base:)`` and others that depend on the shape alone.
  func checkFit(_ base: MatrixShape) throws(AdapterError)

  /// ΔW, out × in.
  /// - Parameter base: W, out × in; its shape has been checked.
  func update(_ base: any BaseWeight) throws -> WeightUpdate
}

extension OutByInAdapter {
  package var shape: MatrixShape? {
    outByInShape.map { isTransposed ? $0.transposed : $0 }
  }

  package func check(against base: MatrixShape) throws(AdapterError) {
    try checkFit(isTransposed ? base.transposed : base)
  }

  package func checkFit(_ base: MatrixShape) throws(AdapterError) {
    if let outByInShape { try require(outByInShape, fits: base) }
  }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    // Small tensors can stand for a huge update. Where there is a base, it has that size as well.
    let (entries, overflows) = base.rows.multipliedReportingOverflow(by: base.columns)
    if base is AbsentBase, overflows || entries > Self.mostEntriesWithoutBase {
      throw AdapterError.baseNeeded(module: settings.module, method: Self.method)
    }
    return isTransposed
      ? try update(TransposedBase(original: base)).transposed() : try update(base)
  }

  private static var mostEntriesWithoutBase: Int { 1 << 28 }

  private var isTransposed: Bool { settings.layout == .inByOut }

  /// - Throws: ``AdapterError/baseShape(module:update:base:)``, with both shapes out × in.
  func require(_ update: MatrixShape, fits base: MatrixShape) throws(AdapterError) {
    if update != base {
      throw .baseShape(module: settings.module, update: update, base: base)
    }
  }
}

/// A base stored in × out, seen out × in.
struct TransposedBase: BaseWeight {
  let original: any BaseWeight

  var rows: Int { original.columns }
  var columns: Int { original.rows }

  func matrix() throws -> Matrix { try original.matrix().transposed() }

  func principalTriplets(count: Int) throws -> SingularTriplets {
    let triplets = try original.principalTriplets(count: count)
    return SingularTriplets(
      left: triplets.right.transposed(), values: triplets.values,
      right: triplets.left.transposed())
  }
}

extension MatrixShape {
  var transposed: MatrixShape { MatrixShape(rows: columns, columns: rows) }
}

extension WeightUpdate {
  /// The same change of the transposed weight.
  func transposed() -> WeightUpdate {
    switch self {
    case .zero(let rows, let columns): .zero(rows: columns, columns: rows)
    case .dense(let matrix): .dense(matrix.transposed())
    case .factored(let left, let right):
      .factored(left: right.transposed(), right: left.transposed())
    case .rowScaling(let factors): .columnScaling(factors)
    case .columnScaling(let factors): .rowScaling(factors)
    }
  }
}
