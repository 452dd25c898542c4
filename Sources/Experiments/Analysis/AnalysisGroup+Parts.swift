package import Spectra

// Parts of a group, which several processes work on.
extension AnalysisGroup {
  /// The group in parts of about equal cost, none above a limit if it can be helped.
  ///
  /// Each part decomposes the base anew. So its checkpoints cost at least four times as much as the base: with full
  /// updates these are a few, with updates of low rank, which are cheap, many.
  func parts(costing limit: Double, _ options: AnalysisOptions) -> [AnalysisGroup] {
    let whole = GroupWork(self, options: options).weight
    let first = GroupWork(keeping(0..<min(1, units.count)), options: options).weight
    let unit = units.count > 1 ? (whole - first) / Double(units.count - 1) : 0
    let base = max(0, first - unit)
    let wanted = limit > 0 ? (whole / limit).rounded(.up) : 1
    let most = Double(units.count)
    let worth = base > 0 ? most * unit / (Self.leastWork * base) : most
    let count = max(1, Int(min(wanted, worth, most)))
    return (0..<count).map { index in
      var part = keeping(index * units.count / count..<(index + 1) * units.count / count)
      part.hashesBase = index == 0
      return part
    }
  }

  /// The work on the updates of a part, in decompositions of the base.
  private static let leastWork = 4.0

  /// The position of the content hash of the base among what is done in a group; units have theirs.
  var hashPosition: Int { units.count }

  /// The group without what is finished, by position.
  func without(_ finished: [Int]) -> AnalysisGroup {
    let finished = Set(finished)
    var rest = keeping(units.indices.filter { !finished.contains($0) })
    rest.hashesBase = hashesBase && !finished.contains(hashPosition)
    return rest
  }

  private func keeping(_ positions: some Sequence<Int>) -> AnalysisGroup {
    let kept = Set(positions)
    var rest = self
    // The paths through these runs are made by who has all of their units.
    rest.brokenRuns.formUnion(
      units.indices.filter { !kept.contains($0) }.map { units[$0].identity.run })
    rest.units = kept.sorted().map { units[$0] }
    return rest
  }
}

extension [AnalysisGroup] {
  /// The pieces of work for several processes, the costliest first. A group that would keep one process busy when all
  /// others have ended is divided.
  package func parts(for processes: Int, _ options: AnalysisOptions) -> [AnalysisGroup] {
    func cost(_ group: AnalysisGroup) -> Double { GroupWork(group, options: options).weight }
    let limit = reduce(0) { $0 + cost($1) } / Double(8 * processes)
    // The order is the same in all processes: that of the plan among equals.
    return flatMap { $0.parts(costing: limit, options) }.map { ($0, cost($0)) }
      .sorted { $0.1 > $1.1 }.map(\.0)
  }
}

extension WorkPiece {
  /// The work on a part of a group.
  /// - Parameter journals: What of it is finished is looked up there.
  init(_ part: AnalysisGroup, for options: AnalysisOptions, finishedIn journals: AnalysisJournals?)
  {
    self.init(
      cost: GroupWork(part, options: options).weight, memory: part.memory(for: options),
      isAlone: HugeMatrix.includes(part.shape))
    guard let journals else { return }
    finished = part.units.indices.filter { journals.holds(part.units[$0]) }
    isDone = finished.count == part.units.count
    if !part.hashesBase || journals.holdsBaseHash(of: part) {
      finished.append(part.hashPosition)
    } else {
      isDone = false
    }
  }
}

extension ProgressMeter<ModuleIdentity> {
  /// Counts the units of those parts that are this process's.
  convenience init(
    _ parts: [AnalysisGroup], _ pieces: [WorkPiece], share: [Int],
    report: @escaping @Sendable (AnalysisProgress) -> Void
  ) {
    let counts = share.map { index in
      let total = parts[index].units.count
      return (total: total, done: pieces[index].finished.count { $0 < total }, part: parts[index])
    }
    self.init(
      total: counts.reduce(0) { $0 + $1.total }, done: counts.reduce(0) { $0 + $1.done },
      cost: counts.reduce(0) { sum, count in
        sum + Double(count.total - count.done)
          * AnalysisGroup.unitCost(rows: count.part.shape.rows, columns: count.part.shape.columns)
      }, report: report)
  }
}
