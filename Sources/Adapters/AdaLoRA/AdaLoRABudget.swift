public import LinearAlgebra

/// Shares out AdaLoRA's budget of rank among all modules: after each step of the optimiser the triplets
/// of least score have their E set to zero.
///
/// The score of a triplet is that of its E, plus the mean over its row of A, plus that over its column
/// of B. A, B and E of a masked triplet are trained on, so that it may revive before the next choice;
/// after the last one the same triplets are masked at every step.
///
/// **Source:** Zhang et al., "AdaLoRA", 2023, arXiv 2303.10512, algorithm 1; the order of calls is PEFT's.
public struct AdaLoRABudget: Sendable, Equatable {
  public let schedule: AdaLoRASchedule
  public let initialRank: Int
  /// The names of the modules, in the order of every call.
  public let modules: [String]
  /// Which triplets of each module the last choice kept; nil before the first one.
  public private(set) var kept: [[Bool]]?
  /// Whether the last choice stands.
  public private(set) var isFinal = false
  /// A, B and E of each module.
  var statistics: [[ImportanceStatistics]]

  /// The budget of an untrained adapter.
  /// - Throws: ``AdapterError``.
  public init(
    schedule: AdaLoRASchedule, modules: [AdaptedModule], options: AdapterOptions
  ) throws(AdapterError) {
    guard schedule.targetRank <= options.rank else {
      throw .budget("the target rank \(schedule.targetRank) exceeds the rank \(options.rank)")
    }
    self.schedule = schedule
    self.modules = modules.map(\.name)
    initialRank = options.rank
    statistics = []
    for module in modules {
      let shapes = try TrainableAdaLoRA(module: module, options: options).parameters
      statistics.append(shapes.map(ImportanceStatistics.init))
    }
  }

  /// What the penalty of each module is to be weighted with: the whole is a mean over modules.
  public var penaltyWeight: Double { schedule.penaltyWeight / Double(max(modules.count, 1)) }

  /// How many triplets the schedule keeps at a step.
  public func budget(at step: Int) -> (triplets: Int, isChosen: Bool) {
    schedule.budget(at: step, initialRank: initialRank, modules: modules.count)
  }

  /// Looks at the gradients of a step and masks triplets, after the optimiser has moved the parameters
  /// and before the gradients are cleared.
  /// - Parameters:
  ///   - step: Counted from 1.
  ///   - adapters: A, B and E of each module, and their gradients.
  public mutating func update<Element>(
    step: Int,
    adapters: [(parameters: [MatrixView<Element>], gradients: [MatrixView<Element>])]
  ) {
    precondition(adapters.count == modules.count, "the budget is shared by all modules")
    if step < schedule.lastChoice {
      for (module, adapter) in adapters.enumerated() {
        for index in statistics[module].indices {
          statistics[module][index].update(
            adapter.parameters[index], gradient: adapter.gradients[index], schedule: schedule)
        }
      }
    }
    let budget = budget(at: step)
    if budget.isChosen { choose(budget.triplets) }
    if step >= schedule.lastChoice, !isFinal {
      if kept == nil { choose(budget.triplets) }
      isFinal = true
      forget()
    }
    guard budget.isChosen || isFinal, let kept else { return }
    for (module, adapter) in adapters.enumerated() {
      for index in 0..<initialRank where !kept[module][index] {
        adapter.parameters[AdaLoRA.gates][0, index] = 0
      }
    }
  }

  /// The score of every triplet of every module.
  public var scores: [[Double]] {
    statistics.map { parts in
      zip(
        parts[AdaLoRA.gates].columnScores,
        zip(parts[AdaLoRA.input].rowScores, parts[AdaLoRA.output].columnScores)
      ).map {
        $0 + ($1.0 + $1.1)
      }
    }
  }

  /// Masks what scores no more than the last triplet that the budget has no room for.
  private mutating func choose(_ triplets: Int) {
    let scores = scores
    let excess = initialRank * modules.count - triplets
    guard excess > 0 else {
      kept = scores.map { $0.map { _ in true } }
      return
    }
    let threshold = scores.flatMap { $0 }.sorted()[excess - 1]
    kept = scores.map { $0.map { $0 > threshold } }
  }

  private mutating func forget() {
    for module in statistics.indices {
      for index in statistics[module].indices {
        statistics[module][index].reset()
      }
    }
  }
}

extension AdaLoRABudget {
  /// Everything that a resumed run needs, by name.
  public var state: [String: Tensor] {
    var result = ["adalora.final": Tensor(shape: [], values: [isFinal ? 1 : 0])]
    for (module, name) in modules.enumerated() {
      for (part, statistics) in zip(AdaLoRA.names, statistics[module]) {
        for (kind, matrix) in [
          ("importance", statistics.importance), ("uncertainty", statistics.uncertainty),
        ] {
          result["\(name).\(part).\(kind)"] = Tensor(
            shape: [matrix.rows, matrix.columns], values: matrix.values)
        }
      }
      if let kept = kept?[module] {
        result["\(name).kept"] = Tensor(shape: [kept.count], values: kept.map { $0 ? 1 : 0 })
      }
    }
    return result
  }

  /// Takes over what ``state`` gave.
  /// - Throws: ``AdapterError`` if a tensor is missing or of another shape; nothing has
  ///   changed then.
  public mutating func restore(_ state: [String: Tensor]) throws(AdapterError) {
    var restored = self
    restored.kept = nil
    for (module, name) in modules.enumerated() {
      for (index, part) in AdaLoRA.names.enumerated() {
        let shape = statistics[module][index].importance
        restored.statistics[module][index].importance = try Self.matrix(
          "\(name).\(part).importance", like: shape, from: state)
        restored.statistics[module][index].uncertainty = try Self.matrix(
          "\(name).\(part).uncertainty", like: shape, from: state)
      }
      guard let kept = state["\(name).kept"] else { continue }
      guard kept.shape == [initialRank] else {
        throw .tensorShape(
          module: name, tensor: "kept", found: kept.shape, expected: [initialRank])
      }
      restored.kept = (restored.kept ?? []) + [kept.values.map { $0 != 0 }]
    }
    if let kept = restored.kept, kept.count != modules.count {
      throw .missingTensor(module: modules[kept.count], tensor: "kept")
    }
    restored.isFinal = state["adalora.final"]?.values.first == 1
    self = restored
  }

  private static func matrix(
    _ name: String, like shape: Matrix, from state: [String: Tensor]
  ) throws(AdapterError) -> Matrix {
    let tensor = try SavedParameters.tensor(name, of: state, module: "adalora")
    guard tensor.shape == [shape.rows, shape.columns] else {
      throw .tensorShape(
        module: "adalora", tensor: name, found: tensor.shape,
        expected: [shape.rows, shape.columns])
    }
    return tensor.matrix
  }
}
