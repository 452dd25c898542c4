package import Spectra
package import Updates

/// The smallest piece of an analysis: one module of one checkpoint. It is independent of all others and
/// repeatable.
package struct AnalysisUnit: Sendable {
  /// The run, step and module that the result is about.
  package let identity: ModuleIdentity
  /// Changes when the checkpoint's files do. A resumed analysis repeats units whose stamp has changed.
  package let stamp: String
  /// The checkpoint.
  package let path: String
  /// The update; it is read and computed when the unit is processed.
  package let update: ModuleUpdate

  package init(identity: ModuleIdentity, stamp: String, path: String, update: ModuleUpdate) {
    self.identity = identity
    self.stamp = stamp
    self.path = path
    self.update = update
  }
}

/// All units that are compared with the same base weight. They share its decomposition, and one worker
/// processes them one after another.
package struct AnalysisGroup: Sendable {
  /// The name of the module, and the path of the base model; the path is nil if there is no base.
  package let module: String, basePath: String?
  /// The base weight; nil if there is no base.
  package let base: StoredMatrix?
  package var units: [AnalysisUnit]
  package let shape: OrientedShape

  package init(
    module: String, basePath: String?, base: StoredMatrix?, units: [AnalysisUnit],
    shape: OrientedShape
  ) {
    self.module = module
    self.basePath = basePath
    self.base = base
    self.units = units
    self.shape = shape
  }

  /// An estimate of the work in floating-point operations: three eigenproblems and the products for
  /// each unit, and the same once more for the base.
  package var cost: Double {
    let p = Double(shape.short)
    let long = Double(shape.long)
    return Double(units.count + 1) * (3 * long * p * p + 12 * p * p * p)
  }

  /// An upper bound of the bytes that are in memory at once while the group is processed: 12 p×p matrices, p being the
  /// shorter side, six panels, and what its updates need. Of a weight that is reduced to R of X = QR, five matrices of
  /// the measurement are held while R (2), its singular vectors (2) and the workspace of `gesdd` (3) are.
  package func memory(for options: AnalysisOptions) -> Int {
    let panel = (shape.panels.first?.count ?? 0) * shape.short
    let update = units.map(\.update.workspace).max() ?? 0
    // Random frames, and their product.
    let null = options.nullSamples > 0 ? 6 * shape.count : 0
    return 8 * (12 * shape.short * shape.short + 6 * panel + update + null)
  }
}
