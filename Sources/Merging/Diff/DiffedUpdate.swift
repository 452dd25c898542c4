import Checkpoints
import LinearAlgebra
import Updates

/// What one checkpoint changes in one weight, with the base's weight if that is known.
struct DiffedUpdate: Sendable {
  private enum Source {
    case unit(MergeUnit)
    case alone(ModuleUpdate)
  }

  private let source: Source
  let name: String
  /// Two updates with one place change the same entries.
  let place: String
  let rows: Int
  let columns: Int

  init(_ unit: MergeUnit) {
    source = .unit(unit)
    name = unit.name
    place = unit.place
    (rows, columns) = (unit.base.rows, unit.base.columns)
  }

  /// An update that needs no base: modules of one name and shape are taken for one weight.
  init(alone module: ModuleUpdate) {
    source = .alone(module)
    name = module.module
    place = "\(module.module) \(module.rows) \(module.columns)"
    (rows, columns) = (module.rows, module.columns)
  }

  /// The base's weight; nil if it is not known.
  var base: LoadedBase? {
    switch source {
    case .unit(let unit): unit.loaded(in: unit.base.storageType)
    case .alone: nil
    }
  }

  /// ΔW.
  /// - Throws: What reading adapters throws.
  func update() throws -> UpdateRows {
    switch source {
    case .unit(let unit): try unit.update(of: unit.base.storageType)
    case .alone(let module):
      UpdateRows(try module.update(), rows: module.rows, columns: module.columns)
    }
  }
}
