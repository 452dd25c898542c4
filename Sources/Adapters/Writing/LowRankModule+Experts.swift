import LinearAlgebra

extension LowRankModule {
  /// LoRA of a parameter that stacks experts, from the LoRA of each.
  ///
  /// PEFT has one rank for all experts of a parameter, so factors of a lower rank are filled up with zeros.
  ///
  /// | factor | shape | of expert e |
  /// | --- | --- | --- |
  /// | A | E·r × in | rows e·r ..< (e+1)·r |
  /// | B | out × r·E | columns e, E + e, 2E + e, … |
  ///
  /// **Source:** PEFT, `ParamWrapper.get_delta_weight`.
  /// - Parameters:
  ///   - experts: In their order, all of one shape; nil for an expert without an update.
  ///   - parameter: The name of the parameter in the model.
  /// - Returns: Nil if no expert has an update.
  package init?(stacking experts: [LowRankModule?], as parameter: String) {
    guard let first = experts.lazy.compactMap(\.self).first else { return nil }
    let rank = experts.reduce(0) { max($0, $1?.rank ?? 0) }
    let (rows, columns) = (first.factors.output.rows, first.factors.input.columns)
    var input = Matrix(rows: experts.count * rank, columns: columns)
    var output = Matrix(rows: rows, columns: rank * experts.count)
    for (index, expert) in experts.enumerated() {
      guard let expert else { continue }
      let pair = expert.factors
      let share = expert.scale / first.scale
      for direction in 0..<pair.input.rows {
        for column in 0..<columns {
          input[index * rank + direction, column] = pair.input[direction, column]
        }
        for row in 0..<rows {
          output[row, direction * experts.count + index] = share * pair.output[row, direction]
        }
      }
    }
    self.init(
      name: parameter, kind: .parameter(experts: experts.count),
      factors: FactorPair(input: input, output: output), alpha: first.scale * Double(rank))
  }

  /// The parameters of a module of experts in the order in which the module has them.
  static let orderOfParameters = ["gate_up_proj", "down_proj"]

  /// The module and the parameter of it; nil unless the LoRA is one of a parameter.
  var owner: (module: String, parameter: String)? {
    guard case .parameter = kind, let dot = name.lastIndex(of: ".") else { return nil }
    return (String(name[..<dot]), String(name[name.index(after: dot)...]))
  }
}
