package import Spectra
package import Updates

/// The smallest piece of an analysis: one module of one checkpoint. It is independent of all others and
/// repeatable.
package struct AnalysisUnit: Sendable {
  /// The run, step and module that the result is about.
  package internal(set) var identity: ModuleIdentity
  /// Changes when the checkpoint's files do. A resumed analysis repeats units whose stamp has changed.
  package let stamp: String
  /// The checkpoint.
  package let path: String
  /// The update; it is read and computed when the unit is processed.
  package let update: ModuleUpdate
  /// The attention heads of the weight; nil if it has none, or if they are not known.
  package let heads: HeadBlocks?

  package init(
    identity: ModuleIdentity, stamp: String, path: String, update: ModuleUpdate,
    heads: HeadBlocks? = nil
  ) {
    self.identity = identity
    self.stamp = stamp
    self.path = path
    self.update = update
    self.heads = heads
  }
}

/// All units that are compared with the same base weight. They share its decomposition, and one worker
/// processes them one after another.
package struct AnalysisGroup: Sendable {
  /// The name of the module, and the path of the base model; the path is nil if there is no base.
  package let module: String, basePath: String?
  /// The base weight; nil if there is no base.
  package let base: StoredMatrix?
  /// Changes when the files of the base do; empty if there is no base.
  package let baseStamp: String
  /// Run by run, the steps of each ascending.
  package internal(set) var units: [AnalysisUnit]
  package let shape: OrientedShape
  /// How many units a journal holds already. They are not computed again.
  package var finishedCount = 0
  /// Runs of which units are missing here. No path is made through them.
  var brokenRuns: Set<String> = []
  /// Whether the content hash of the base is wanted from this part of the group.
  var hashesBase = true

  package init(
    module: String, basePath: String?, base: StoredMatrix?, baseStamp: String = "",
    units: [AnalysisUnit], shape: OrientedShape
  ) {
    self.module = module
    self.basePath = basePath
    self.base = base
    self.baseStamp = baseStamp
    self.units = units
    self.shape = shape
  }

  /// An estimate of the work in floating-point operations: that of each unit, and the same once more for the base.
  package var cost: Double {
    Double(openCount + 1) * Self.unitCost(rows: shape.rows, columns: shape.columns)
  }

  /// An estimate of the operations for one unit: three eigenproblems and the products.
  static func unitCost(rows: Int, columns: Int) -> Double {
    let p = Double(min(rows, columns))
    let long = Double(max(rows, columns))
    return 3 * long * p * p + 12 * p * p * p
  }

  /// How many units have to be computed.
  package var openCount: Int { units.count - finishedCount }

  /// The units of each run, in their order.
  var runs: [ArraySlice<AnalysisUnit>] {
    units.indices.filter { $0 == 0 || units[$0].identity.run != units[$0 - 1].identity.run }
      .map { first in units[first...].prefix { $0.identity.run == units[first].identity.run } }
  }

  /// An upper bound of the bytes that are in memory at once while the group is processed: 12 p×p matrices, p being the
  /// shorter side, six panels, what its updates need, and what a path through its updates needs. Of a weight that is reduced to R of X = QR, five matrices of
  /// the measurement are held while R (2), its singular vectors (2) and the workspace of `gesdd` (3) are. A base that is
  /// reduced in two stages holds four more, beside those that updates of full rank need.
  package func memory(for options: AnalysisOptions) -> Int {
    let panel = (shape.panels.first?.count ?? 0) * shape.short
    let update = units.map(\.update.workspace).max() ?? 0
    // Random frames, and their product.
    let null = options.nullSamples > 0 ? 6 * shape.count : 0
    let path =
      options.wantsPaths ? runs.map { PathMemory(of: $0, shape: shape).bound }.max() ?? 0 : 0
    let squares = BaseGeometry.isReduced(shape, for: .coordinates) ? 16 : 12
    return 8 * (squares * shape.short * shape.short + 6 * panel + update + null + path)
  }
}
