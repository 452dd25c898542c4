import Checkpoints
import LinearAlgebra
import Updates

/// What one checkpoint changes in one weight or in some rows of it, with the base's weight if that is known.
struct DiffedUpdate: Sendable {
  private enum Source {
    case unit(MergeUnit)
    case alone(ModuleUpdate)
  }

  private let source: Source
  /// That of the whole weight.
  let module: String
  /// The rows of the whole weight that are meant.
  private let range: Range<Int>
  /// How many rows the whole weight has.
  let height: Int
  let columns: Int
  /// Two updates with one place change the same entries.
  let place: String

  init(_ unit: MergeUnit) {
    source = .unit(unit)
    module = unit.name
    (height, columns) = (unit.base.rows, unit.base.columns)
    range = 0..<height
    place = unit.base.place
  }

  /// An update that needs no base: modules of one name and shape are taken for one weight.
  init(alone update: ModuleUpdate) {
    source = .alone(update)
    module = update.module
    (height, columns) = (update.rows, update.columns)
    range = 0..<height
    place = "\(module) \(height) \(columns)"
  }

  private init(_ whole: DiffedUpdate, of stored: StoredMatrix, rows: Range<Int>) {
    source = whole.source
    module = whole.module
    (height, columns) = (whole.height, whole.columns)
    range = rows
    place = stored.slice(rows).place
  }

  var rows: Int { range.count }

  /// Whether these are not all rows of the weight.
  var isPart: Bool { rows < height }

  var name: String {
    isPart ? "\(module), rows \(range.lowerBound + 1) to \(range.upperBound)" : module
  }

  /// The base's weight; nil if it is not known.
  var base: LoadedBase? {
    switch source {
    case .unit(let unit): LoadedBase(stored: unit.base.slice(range), type: unit.base.storageType)
    case .alone: nil
    }
  }

  /// ΔW.
  /// - Throws: What reading adapters throws.
  func update() throws -> UpdateRows {
    switch source {
    case .unit(let unit):
      let whole = try unit.update(of: unit.base.storageType)
      return isPart ? whole.slice(range) : whole
    case .alone(let module):
      return UpdateRows(try module.update(), rows: module.rows, columns: module.columns)
    }
  }
}

extension [DiffedUpdate] {
  /// The same updates, cut where others begin or end: the gate and the up projection of an expert may be two weights of one
  /// checkpoint, and one of the other.
  func cut(by others: [DiffedUpdate]) -> [DiffedUpdate] {
    var ends: [String: Set<Int>] = [:]
    for other in others {
      for end in other.ends { ends[end.tensor, default: []].insert(end.entry) }
    }
    return flatMap { $0.cut(at: ends) }
  }
}

extension DiffedUpdate {
  private var stored: StoredMatrix? {
    if case .unit(let unit) = source { unit.base } else { nil }
  }

  /// Where the entries begin and end in tensors of the base.
  fileprivate var ends: [(tensor: String, entry: Int)] {
    guard let spans = stored?.spans, let first = spans.first, let last = spans.last else {
      return []
    }
    return [
      (first.tensor, first.first), (last.tensor, last.first + last.rows.count * columns),
    ]
  }

  fileprivate func cut(at ends: [String: Set<Int>]) -> [DiffedUpdate] {
    guard let stored, columns > 0 else { return [self] }
    let cuts = stored.spans.flatMap { span in
      (ends[span.tensor] ?? []).compactMap { entry -> Int? in
        let (row, rest) = (entry - span.first).quotientAndRemainder(dividingBy: columns)
        let place = span.rows.lowerBound + row
        return rest == 0 && row >= 0 && row <= span.rows.count && place > 0 && place < height
          ? place : nil
      }
    }
    guard !cuts.isEmpty else { return [self] }
    let borders = [0] + Set(cuts).sorted() + [height]
    return zip(borders, borders.dropFirst()).map { DiffedUpdate(self, of: stored, rows: $0..<$1) }
  }
}
