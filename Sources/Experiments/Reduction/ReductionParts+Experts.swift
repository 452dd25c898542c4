import Adapters
import Checkpoints
import LinearAlgebra
import Spectra
import Updates

/// Experts that are stacked in one parameter.
extension ReductionParts {
  /// Adds a part for each expert, and for each router.
  /// - Throws: ``ReductionError/fused(modules:)`` for parts of stacked tensors that no parameter of PEFT's is known of.
  mutating func add(_ experts: ExpertUpdates) throws {
    let others = try experts.others.filter { update in
      guard options.selects(update.module) else {
        leftOut.append(update.module)
        return false
      }
      return try update.isChanged
    }
    if !others.isEmpty { throw ReductionError.fused(modules: others.map(\.module)) }
    for parameter in experts.parameters.values.sorted(by: { $0.name < $1.name }) {
      try add(parameter)
    }
    for (name, update) in experts.routers.sorted(by: { $0.key < $1.key }) {
      guard options.selects(update.module) else {
        leftOut.append(update.module)
        continue
      }
      factored.append(
        Factored(
          update: update, name: update.module, kind: .linear,
          stack: Factored.Stack(parameter: name, index: 0, count: 1)))
    }
  }

  private mutating func add(_ parameter: ExpertUpdates.Parameter) throws {
    let separate = Set(parameter.parts.flatMap(\.keys))
    let indices = separate.union(parameter.direct.keys).sorted()
    // An expert that the checkpoint lacks would be one without an update.
    guard indices == Array(0..<indices.count) else {
      throw ReductionError.fused(modules: [parameter.name])
    }
    for index in indices {
      let parts = parameter.parts.map { $0[index] }
      let whole = parameter.direct[index]
      let all = ([whole] + parts).compactMap(\.self)
      guard all.contains(where: { options.selects($0.module) }) else {
        leftOut += all.map(\.module)
        continue
      }
      guard let update = try whole ?? joined(parts, of: parameter.name, index) else {
        throw ReductionError.fused(modules: all.map(\.module))
      }
      factored.append(
        Factored(
          update: update, name: update.module, kind: .linear,
          stack: Factored.Stack(
            parameter: parameter.name, index: index,
            count: update.expertCount ?? indices.count)))
    }
  }

  /// The update of matrices that lie one upon another; nil unless all are there and of one width. What is not selected is as
  /// in the base.
  private mutating func joined(
    _ parts: [ModuleUpdate?], of parameter: String, _ index: Int
  ) throws -> ModuleUpdate? {
    let updates = parts.compactMap(\.self)
    guard updates.count == parts.count, let columns = updates.first?.columns,
      updates.allSatisfy({ $0.columns == columns && $0.layout == .outByIn })
    else { return nil }
    var after: [StoredMatrix.Piece] = []
    var before: [StoredMatrix.Piece] = []
    for update in updates {
      guard case .adapted(let stored) = update.source, let base = update.base else { return nil }
      let isSelected = options.selects(update.module)
      if !isSelected { leftOut.append(update.module) }
      after += isSelected ? stored.pieces : base.pieces
      before += base.pieces
    }
    let rows = updates.reduce(0) { $0 + $1.rows }
    let name = parameter.split(separator: ".")
    return ModuleUpdate(
      joining: updates,
      as: (name.dropLast() + ["\(index)"] + name.suffix(1)).joined(separator: "."),
      base: StoredMatrix(pieces: before, rows: rows, columns: columns),
      adapted: StoredMatrix(pieces: after, rows: rows, columns: columns))
  }
}

extension ReductionParts {
  /// The ranks of the factors in the file: experts of one parameter have that of the largest.
  /// - Parameter ranks: Of the factors of each part.
  func storedRanks(_ ranks: [Int]) -> [Int] {
    var largest: [String: Int] = [:]
    for (part, rank) in zip(factored, ranks) {
      if let name = part.stack?.parameter { largest[name] = max(largest[name] ?? 0, rank) }
    }
    return zip(factored, ranks).map { part, rank in
      part.stack.flatMap { largest[$0.parameter] } ?? rank
    }
  }
}

extension ReductionParts {
  /// Which parts will be stored with one rank: all of them if the options want that, else the experts of one parameter.
  /// - Parameter spectra: Of each part. What did not change gets no factors, unless it is an expert among others.
  func rankGroups(_ spectra: [Spectrum]) -> [RankGroup] {
    var members: [String: [Int]] = [:]
    var alone: [RankGroup] = []
    for (index, part) in factored.enumerated() {
      if let stack = part.stack {
        members[stack.parameter, default: []].append(index)
      } else {
        alone.append(RankGroup(members: [index], cost: part.cost))
      }
    }
    let stacks = members.sorted { $0.key < $1.key }.map { _, indices in
      let first = factored[indices[0]]
      return RankGroup(members: indices, cost: first.cost * (first.stack?.count ?? 1))
    }
    let groups = alone + stacks
    guard options.hasEqualRanks else { return groups }
    let changed = groups.filter { group in group.members.contains { !spectra[$0].isZero } }
    return [
      RankGroup(
        members: Array(factored.indices), cost: changed.reduce(0) { $0 + $1.cost })
    ]
  }
}

extension ModuleUpdate {
  /// How many experts the parameter of an adapter stacks; nil for weights.
  fileprivate var expertCount: Int? {
    if case .adapter(let parameters) = source { parameters.settings.expert?.count } else { nil }
  }
}

extension [LowRankModule?] {
  /// The modules of the adapter: those of each part, experts stacked.
  /// - Parameter parts: The part of each.
  func stacked(_ parts: [ReductionParts.Factored]) -> [LowRankModule] {
    var modules: [LowRankModule] = []
    var stacks: [String: [LowRankModule?]] = [:]
    for (part, module) in zip(parts, self) {
      guard let stack = part.stack else {
        if let module { modules += [module] + module.twin(part.tiedHead) }
        continue
      }
      stacks[
        stack.parameter, default: Array(repeating: nil, count: stack.count)][stack.index] = module
    }
    return modules
      + stacks.sorted { $0.key < $1.key }.compactMap {
        LowRankModule(stacking: $0.value, as: $0.key)
      }
  }
}
