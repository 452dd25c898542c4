import LinearAlgebra

/// The smoothed importance of every entry of a parameter, and how uncertain it is.
///
/// With I = |θ·g|: Ī ← β₁Ī + (1 − β₁)I, Ū ← β₂Ū + (1 − β₂)|I − Ī|; the score of an entry is Ī·Ū.
///
/// **Source:** Zhang et al., "AdaLoRA", 2023, arXiv 2303.10512, equations 9-11.
struct ImportanceStatistics: Sendable, Equatable {
  var importance: Matrix
  var uncertainty: Matrix

  init(_ shape: ParameterShape) {
    importance = Matrix(rows: shape.rows, columns: shape.columns)
    uncertainty = importance
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  mutating func update<Element>(
    _ parameter: MatrixView<Element>, gradient: MatrixView<Element>, schedule: AdaLoRASchedule
  ) {
    let (first, second) = (schedule.importanceDecay, schedule.uncertaintyDecay)
    let (values, slopes) = (parameter.doubles().values, gradient.doubles().values)
    for index in values.indices {
      let sensitivity = abs(values[index] * slopes[index])
      let smooth = first * importance.values[index] + (1 - first) * sensitivity
      importance.values[index] = smooth
      uncertainty.values[index] =
        second * uncertainty.values[index] + (1 - second) * abs(sensitivity - smooth)
    }
  }

  mutating func reset() {
    importance = Matrix(rows: importance.rows, columns: importance.columns)
    uncertainty = importance
  }

  private func score(_ row: Int, _ column: Int) -> Double {
    importance[row, column] * uncertainty[row, column]
  }

  /// The mean score of each row.
  var rowScores: [Double] {
    (0..<importance.rows).map { row in
      (0..<importance.columns).reduce(0) { $0 + score(row, $1) } / Double(importance.columns)
    }
  }

  /// The mean score of each column.
  var columnScores: [Double] {
    (0..<importance.columns).map { column in
      (0..<importance.rows).reduce(0) { $0 + score($1, column) } / Double(importance.rows)
    }
  }
}
