public import Spectra
public import Updates

/// The smallest piece of an analysis: one module of one checkpoint. Independent of all others,
/// repeatable, its cost known beforehand.
public struct AnalysisUnit: Sendable {
  /// What the result will be about.
  public let identity: ModuleIdentity
  /// Changes when the checkpoint's file does: a resumed analysis repeats what has another stamp.
  public let stamp: String
  /// Where the update lies; read and computed when the unit's turn comes.
  public let update: ModuleUpdate

  public init(identity: ModuleIdentity, stamp: String, update: ModuleUpdate) {
    self.identity = identity
    self.stamp = stamp
    self.update = update
  }
}

/// All units that are compared with one base weight: they share its decomposition, and are done one
/// after another by one worker.
public struct AnalysisGroup: Sendable {
  /// The name of the module, and the path of the base model; none where the base is not at hand.
  public let module: String, basePath: String?
  /// The base weight.
  public let base: StoredMatrix?
  public var units: [AnalysisUnit]
  public let shape: OrientedShape

  public init(
    module: String, basePath: String?, base: StoredMatrix?, units: [AnalysisUnit],
    shape: OrientedShape
  ) {
    self.module = module
    self.basePath = basePath
    self.base = base
    self.units = units
    self.shape = shape
  }

  /// An estimate of the work in floating point operations: three eigenproblems and the products for
  /// each unit, one more for the base.
  public var cost: Double {
    let p = Double(shape.short)
    let long = Double(shape.long)
    return Double(units.count + 1) * (3 * long * p * p + 12 * p * p * p)
  }

  /// The most bytes that are in memory at once: nine p×p matrices, six panels.
  public var memory: Int {
    let panel = (shape.panels.first?.count ?? 0) * shape.short
    return 8 * (9 * shape.short * shape.short + 6 * panel)
  }
}
