package import LinearAlgebra

/// Distributes AdaLoRA's rank budget over all modules: after an optimiser step, the E of the triplets with
/// the lowest scores is set to zero.
///
/// The score of a triplet is the score of its E, plus the mean score of its row of A, plus the mean score of
/// its column of B. Masked triplets continue to train, so a later choice may keep them again. After the last
/// choice, the same triplets are masked at every step.
///
/// **Source:** Zhang et al., "AdaLoRA", 2023, arXiv 2303.10512, algorithm 1; the order of calls is PEFT's.
package struct AdaLoRABudget: Sendable, Equatable {
  package let schedule: AdaLoRASchedule
  package let initialRank: Int
  /// The names of the modules, in the order of every call.
  package let modules: [String]
  /// Which triplets of each module the last choice kept; nil before the first one.
  package private(set) var kept: [[Bool]]?
  /// Whether the choice is final.
  package private(set) var isFinal = false
  /// A, B and E of each module.
  var statistics: [[ImportanceStatistics]]

  /// The budget of an untrained adapter.
  /// - Throws: ``AdapterError``.
  package init(
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

  /// The weight of each module's penalty; the total penalty is a mean over modules.
  package var penaltyWeight: Double { schedule.penaltyWeight / Double(max(modules.count, 1)) }

  /// How many triplets the schedule keeps at a step.
  package func budget(at step: Int) -> (triplets: Int, isChosen: Bool) {
    schedule.budget(at: step, initialRank: initialRank, modules: modules.count)
  }

  /// Records the gradients of a step and masks triplets. Call it after the optimiser step and before the
  /// gradients are cleared.
  /// - Parameters:
  ///   - step: Counted from 1.
  ///   - adapters: A, B and E of each module, and their gradients.
  package mutating func update<Element>(
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
  package var scores: [[Double]] {
    statistics.map { parts in
      zip(
        parts[AdaLoRA.gates].columnScores,
        zip(parts[AdaLoRA.input].rowScores, parts[AdaLoRA.output].columnScores)
      ).map {
        $0 + ($1.0 + $1.1)
      }
    }
  }

  /// Masks the triplets with the lowest scores, as many as exceed the budget, and those that tie with them.
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
  package var state: [String: Tensor] {
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

  /// Restores what ``state`` returned.
  /// - Throws: ``AdapterError`` if a tensor is missing or has another shape; then nothing has changed.
  package mutating func restore(_ state: [String: Tensor]) throws(AdapterError) {
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
