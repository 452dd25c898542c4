import Adapters
import LinearAlgebra
import Testing

@Suite("Training: AdaLoRA's budget") struct TrainingBudgetTests {
  private static let modules = [(6, 5), (4, 7)].enumerated().map { index, shape in
    AdaptedModule(
      name: "m\(index)", shape: MatrixShape(rows: shape.0, columns: shape.1), hasBias: false,
      isFeedForwardOutput: false)
  }
  private static let options = AdapterOptions(rank: 4)

  /// Parameters and gradients that are drawn again at each step.
  private struct Adapters {
    var samples = Samples()
    let adapters: [(parameters: [MatrixView<Double>], gradients: [MatrixView<Double>])]

    init() throws {
      var samples = Samples()
      adapters = try TrainingBudgetTests.modules.map { module in
        let shapes = try TrainableAdaLoRA(
          module: module, options: TrainingBudgetTests.options
        ).parameters
        return (
          shapes.map { MatrixView(samples.matrix($0.rows, $0.columns)) },
          shapes.map { MatrixView(samples.matrix($0.rows, $0.columns)) }
        )
      }
      self.samples = samples
    }

    mutating func redraw() {
      for adapter in adapters {
        for view in adapter.gradients { view.set(samples.matrix(view.rows, view.columns)) }
        for value in 0..<4 { adapter.parameters[2][0, value] = 1 + Double(value) }
      }
    }

    var gates: [[Double]] { adapters.map { $0.parameters[2].values } }
  }

  private func budget(_ schedule: AdaLoRASchedule) throws -> AdaLoRABudget {
    try AdaLoRABudget(schedule: schedule, modules: Self.modules, options: Self.options)
  }

  @Test func `the budget falls as a cube from all triplets to the target`() throws {
    let schedule = try AdaLoRASchedule(
      targetRank: 1, initialSteps: 2, finalSteps: 3, interval: 2, totalSteps: 15)
    // 2 + 6·(1 − (t − 2)/10)³, cut to whole numbers.
    let expected = [8, 8, 6, 5, 4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2]
    for step in 1...15 {
      let found = schedule.budget(at: step, initialRank: 4, modules: 2)
      #expect(found.triplets == expected[step - 1], "step \(step)")
      let isChosen = step > 2 && (step < 12 ? step.isMultiple(of: 2) : step == 12)
      #expect(found.isChosen == isChosen, "step \(step)")
    }
  }

  @Test func `the triplets of least score are masked, as many as the schedule says`() throws {
    var adapters = try Adapters()
    var budget = try budget(AdaLoRASchedule(targetRank: 1, finalSteps: 2, totalSteps: 10))
    for step in 1...10 {
      adapters.redraw()
      let before = step < 8 ? nil : budget.kept
      budget.update(step: step, adapters: adapters.adapters)
      let masks = try #require(budget.kept)
      let alive = masks.flatMap { $0 }
      #expect(alive.count { $0 } == budget.budget(at: step).triplets)
      #expect(adapters.gates.flatMap { $0 }.map { $0 != 0 } == alive)
      if step < 8 {
        let scores = budget.scores.flatMap { $0 }
        let kept = zip(scores, alive).filter { $1 }.map(\.0).min() ?? 0
        let lost = zip(scores, alive).filter { !$1 }.map(\.0).max() ?? 0
        #expect(kept > lost)
      } else if step > 8 {
        #expect(before == masks, "the last choice stands")
      }
    }
    #expect(budget.isFinal)
  }

  @Test func `nothing is masked in the initial steps, nor if all ranks stay`() throws {
    var adapters = try Adapters()
    var early = try budget(AdaLoRASchedule(targetRank: 1, initialSteps: 3, totalSteps: 10))
    var whole = try budget(AdaLoRASchedule(targetRank: 4, totalSteps: 10))
    for step in 1...3 {
      adapters.redraw()
      early.update(step: step, adapters: adapters.adapters)
      whole.update(step: step, adapters: adapters.adapters)
    }
    #expect(adapters.gates.allSatisfy { $0.allSatisfy { $0 != 0 } })
  }

  @Test func `a resumed budget goes on as the one that was saved`() throws {
    var adapters = try Adapters()
    let schedule = try AdaLoRASchedule(targetRank: 1, finalSteps: 2, totalSteps: 10)
    var first = try budget(schedule)
    for step in 1...10 {
      adapters.redraw()
      first.update(step: step, adapters: adapters.adapters)
      var second = try budget(schedule)
      try second.restore(first.state)
      #expect(first == second)
    }
  }

  @Test func `a state that lacks a tensor is refused`() throws {
    var budget = try budget(AdaLoRASchedule(targetRank: 1, totalSteps: 10))
    var state = budget.state
    state["m1.lora_E.importance"] = nil
    #expect(throws: AdapterError.self) { try budget.restore(state) }
  }

  @Test func `schedules that cannot be followed are refused`() {
    #expect(throws: AdapterError.self) {
      try AdaLoRASchedule(targetRank: 0, totalSteps: 9)
    }
    #expect(throws: AdapterError.self) {
      try AdaLoRASchedule(targetRank: 1, initialSteps: 5, finalSteps: 5, totalSteps: 10)
    }
    #expect(throws: AdapterError.self) {
      try budget(AdaLoRASchedule(targetRank: 5, totalSteps: 10))
    }
  }

  @Test func `triplets that were pruned for good are left out of a file and return as zeros`()
    throws
  {
    var adapters = try Adapters()
    var budget = try budget(AdaLoRASchedule(targetRank: 2, finalSteps: 1, totalSteps: 4))
    for step in 1...4 {
      adapters.redraw()
      budget.update(step: step, adapters: adapters.adapters)
    }
    let trained = try zip(Self.modules, adapters.adapters).map { module, views in
      let values = views.parameters.map(\.matrix)
      return TrainedModule(
        adapter: try TrainableAdaLoRA(module: module, options: Self.options), module: module,
        parameters: values, initial: values)
    }
    let export = AdapterExport(
      modules: trained, options: Self.options, baseName: nil, budget: budget)
    for (index, module) in trained.enumerated() {
      let kept = try #require(budget.kept?[index])
      let name = "base_model.model.\(module.module.name)"
      #expect(export.tensors["\(name).lora_A"]?.shape[0] == kept.count { $0 })
      #expect(export.configuration?.adaLoRA.rankPattern?["m\(index).lora_E"] == kept)
      let back = try #require(
        try AdapterExport.restore(
          module.adapter, of: module.module, from: export.tensors, kept: kept))
      for (part, whole) in zip(back.parameters, module.parameters) {
        for row in 0..<part.rows {
          for column in 0..<part.columns {
            let triplet = part.rows == 4 && part.columns != 4 ? row : column
            #expect(part[row, column] == (kept[triplet] ? whole[row, column] : 0))
          }
        }
      }
    }
  }

  @Test func `the penalty and its gradient are those of factors that are not orthonormal`() throws {
    let adapter = try TrainableAdaLoRA(module: Self.modules[0], options: Self.options)
    var samples = Samples()
    let parameters = adapter.parameters.map { samples.matrix($0.rows, $0.columns) }
    func penalty(_ values: [Matrix]) -> (Double, [Matrix]) {
      let gradients = values.map { MatrixView<Double>(rows: $0.rows, columns: $0.columns) }
      let value = adapter.addPenalty(
        to: gradients, parameters: values.map { MatrixView($0) }, weight: 0.5,
        workspace: Workspace<Double>())
      return (value, gradients.map(\.matrix))
    }
    let (value, gradients) = penalty(parameters)
    let (input, output) = (parameters[0], parameters[1])
    let excess =
      (Matrix.product(input, .asStored, input, .transposed) - .identity(4)).frobeniusNorm()
      + (output.gram() - .identity(4)).frobeniusNorm()
    #expect(abs(value - 0.25 * excess) <= 1e-14 * excess)
    for part in 0..<3 {
      for entry in parameters[part].values.indices {
        let ends = [1e-5, -1e-5].map { step in
          var moved = parameters
          moved[part].values[entry] += step
          return penalty(moved).0
        }
        // h² for the cut, ε/h for rounding: both about 10⁻¹⁰.
        #expect(abs((ends[0] - ends[1]) / 2e-5 - gradients[part].values[entry]) <= 1e-8)
      }
    }
  }
}
