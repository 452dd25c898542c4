/// Every method and every start of the registries on the axes of ``MethodProfile``, as tables of Markdown.
package enum MethodTaxonomy {
  /// The weight and the rank of the examples.
  package static let shape = MatrixShape(rows: 1024, columns: 1024)
  package static let rank = 8

  /// One row for each method, in the order of `list methods`.
  package static var methods: [[String]] {
    AdapterRegistry.trainable.map { method in
      [
        method.key, method.profile.axis.rawValue, method.profile.formula, method.profile.trained,
        method.trainedCount.map(String.init) ?? "", method.profile.cost,
        file(of: method, AdapterOptions(rank: rank)),
      ]
    }
  }

  package static let methodColumns = [
    "method", "axis", "W₊", "trained", "at 1024 × 1024, r = 8", "operations a step",
    "stock PEFT loads it",
  ]

  /// One row for each start, in the order of `list starts`.
  package static var starts: [[String]] {
    FactorStartRegistry.all.map { start in
      [
        start.key, start.formula, start.leavesResidual ? "W − s·B₀A₀" : "W",
        start.leavesResidual ? "to rounding" : "yes",
        start.needsCalibration ? "a batch" : "",
        file(of: TrainableLoRA.self, AdapterOptions(rank: rank, start: start.key)),
      ]
    }
  }

  package static let startColumns = [
    "start", "A₀ and B₀", "frozen", "step 0 is the base", "needs", "stock PEFT loads it",
  ]

  /// Both tables.
  package static var text: String {
    table(methodColumns, methods) + "\n" + table(startColumns, starts)
  }

  /// What a saved adapter is to PEFT.
  private static func file(
    of method: any TrainableAdapter.Type, _ options: AdapterOptions
  ) -> String {
    guard let configuration = method.configuration(options: options, modules: []) else {
      return "as a model"
    }
    guard configuration.peftType == "LORA" else { return "yes: \(configuration.peftType)" }
    let rank =
      switch configuration.rank {
      case options.rank: "r"
      case 2 * options.rank where method.takesStart: "2r"
      default: "r + k"
      }
    return "yes: LORA of rank \(rank)"
  }

  private static func table(_ columns: [String], _ rows: [[String]]) -> String {
    let widths = columns.indices.map { column in
      ([columns] + rows).map { $0[column].count }.max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      let padded = zip(cells, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }
      return "| " + padded.joined(separator: " | ") + " |\n"
    }
    let rule =
      "|" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|") + "|\n"
    return line(columns) + rule + rows.map(line).joined()
  }
}

extension TrainableAdapter {
  /// How many numbers the method trains of the weight of the examples; nil for one that acts on no such weight.
  fileprivate static var trainedCount: Int? {
    guard targets != .norms else { return nil }
    let module = AdaptedModule(
      name: "m", shape: MethodTaxonomy.shape, hasBias: false, isFeedForwardOutput: false)
    return (try? Self(module: module, options: AdapterOptions(rank: MethodTaxonomy.rank)))?
      .parameters.filter(\.isTrained).reduce(0) { $0 + $1.rows * $1.columns }
  }
}
