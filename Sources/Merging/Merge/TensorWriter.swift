import Checkpoints
import Documents
import LinearAlgebra
import Updates

/// Writes the tensors of a merged checkpoint, a panel at a time.
struct TensorWriter: Sendable {
  /// Consecutive elements of a tensor that no update changes.
  struct Stretch: Sendable {
    let tensor: TensorDescription
    let elements: Range<Int>
  }

  private let plan: MergePlan
  private let rounding: MergeRounding
  private let shards: [String: SafetensorsShard]

  private let work: PartialWork

  /// - Parameters:
  ///   - plan: What is written.
  ///   - rounding: How.
  ///   - shards: The file of each tensor.
  ///   - work: What is finished before is found there, and what is finished is noted.
  init(
    plan: MergePlan, rounding: MergeRounding, shards: [String: SafetensorsShard],
    work: PartialWork
  ) {
    self.plan = plan
    self.rounding = rounding
    self.shards = shards
    self.work = work
  }

  // MARK: What changes

  /// Computes and writes one merged weight, unless it is written.
  /// - Throws: What reading and writing throw.
  func merge(unit index: Int) throws -> MergeSummary.Weight {
    let unit = plan.units[index]
    let type = plan.type ?? unit.base.storageType
    let key = "merge \(unit.base.place)"
    let places = plan.parts[index].map { part in
      let width = unit.base.columns * type.block.bytes
      let first = part.first * type.block.bytes
      return (tensor: part.tensor, range: first..<first + part.rows.count * width)
    }
    if let done = try WrittenPart(of: key, in: work),
      try done.checksum == checksum(of: places)
    {
      return done.weight(named: unit.name)
    }
    let hash = ContentHasher()
    let base = unit.loaded(in: type)
    let update = try unit.update(of: type)
    let replay = try MergedRows(
      unit, update: update, recipe: try unit.recipe(), in: MergeArithmetic(loaded: type))
    var scan = MergeScan(merged: type, slack: 0)
    for (number, panel) in unit.base.panels.enumerated() {
      let weight = try base.values(panel)
      let change = try update.values(panel, weight: weight)
      let merged: [Double]
      switch rounding {
      case .nearest:
        guard let replay else { preconditionFailure("the usual types hold for every recipe") }
        merged = try replay.values(panel, of: weight)
      case .stochastic(let seed):
        var generator = SplitMix64(seed: seed, name: unit.name, part: number)
        merged = type.roundStochastically(
          zip(weight, change).map { $0 + $1 }, using: &generator)
      }
      scan.add(merged: merged, weight: weight, update: change, columns: unit.base.columns)
      try write(merged, rows: panel, of: index, as: type, hash)
    }
    guard scan.nonFinite == 0 else {
      throw UnmergeableError.notFinite(
        tensor: unit.name, count: scan.nonFinite, type: type.rawValue)
    }
    let weight = MergeSummary.Weight(
      name: unit.name, updated: scan.updated, swallowed: scan.swallowed, loss: scan.residual)
    try WrittenPart(checksum: hash.digest(), weight).note(key, in: work)
    return weight
  }

  private func checksum(
    of places: [(tensor: String, range: Range<Int>)]
  ) throws(OutputError) -> String {
    let hash = ContentHasher()
    for place in places { try shards[place.tensor]?.add(place.range, of: place.tensor, to: hash) }
    return hash.digest()
  }

  /// Writes rows of a unit to the tensors that they are parts of.
  private func write(
    _ values: [Double], rows: Range<Int>, of index: Int, as type: DataType, _ hash: ContentHasher
  ) throws {
    let columns = plan.units[index].base.columns
    for part in plan.parts[index] {
      let here = rows.clamped(to: part.rows)
      if here.isEmpty { continue }
      let start = (here.lowerBound - rows.lowerBound) * columns
      let bytes = type.bytes(of: Array(values[start..<start + here.count * columns]))
      let element = part.first + (here.lowerBound - part.rows.lowerBound) * columns
      hash.update(bytes)
      try shards[part.tensor]?.write(
        bytes, of: part.tensor, at: element * type.block.bytes)
    }
  }

  // MARK: What stays

  /// All elements of the base that no update changes, the largest stretches first.
  var untouched: [Stretch] {
    var changed: [String: [Range<Int>]] = [:]
    for unit in plan.units {
      for piece in unit.base.pieces {
        let columns = piece.weight.columns
        changed[piece.weight.name, default: []].append(
          piece.rows.lowerBound * columns..<piece.rows.upperBound * columns)
      }
    }
    return plan.base.weights.tensors.flatMap { tensor in
      var start = 0
      var stretches: [Stretch] = []
      let ranges = (changed[tensor.name] ?? []).sorted { $0.lowerBound < $1.lowerBound }
      for range in ranges + [tensor.elementCount..<tensor.elementCount] {
        if start < range.lowerBound {
          stretches.append(Stretch(tensor: tensor, elements: start..<range.lowerBound))
        }
        start = max(start, range.upperBound)
      }
      return stretches
    }.sorted { $0.elements.count > $1.elements.count }
  }

  /// Writes elements of the base as they are, or rounded to the type of the result, unless they are written.
  /// - Throws: What reading and writing throw.
  func copy(_ stretch: Stretch) throws {
    let tensor = stretch.tensor
    let type = tensor.resultType(plan.type)
    let isExact = type == tensor.dataType && tensor.isStoredInOrder
    let width = type.block.bytes
    let key = "copy \(tensor.name) \(stretch.elements)"
    let range = stretch.elements.lowerBound * width..<stretch.elements.upperBound * width
    if let done = try WrittenPart(of: key, in: work),
      try done.checksum == checksum(of: [(tensor.name, range)])
    {
      return
    }
    let hash = ContentHasher()
    for start in stride(
      from: stretch.elements.lowerBound, to: stretch.elements.upperBound, by: 1 << 20)
    {
      let elements = start..<min(start + 1 << 20, stretch.elements.upperBound)
      let bytes =
        isExact
        ? try plan.base.weights.bytes(
          of: tensor, range: elements.lowerBound * width..<elements.upperBound * width)
        : type.bytes(of: try rounded(tensor, elements, to: type))
      hash.update(bytes)
      try shards[tensor.name]?.write(bytes, of: tensor.name, at: elements.lowerBound * width)
    }
    try WrittenPart(checksum: hash.digest()).note(key, in: work)
  }

  private func rounded(
    _ tensor: TensorDescription, _ elements: Range<Int>, to type: DataType
  ) throws -> [Double] {
    let values = try plan.base.weights.doubles(of: tensor, elements: elements)
    let rounded = type.rounded(values)
    let count = zip(values, rounded).count { $0.isFinite && !$1.isFinite }
    guard count == 0 else {
      throw UnmergeableError.notFinite(tensor: tensor.name, count: count, type: type.rawValue)
    }
    return rounded
  }
}
