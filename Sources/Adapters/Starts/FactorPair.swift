package import LinearAlgebra

/// Two factors whose product `output · input` is LoRA's BA, or that update in the layout of a base.
package struct FactorPair: Sendable, Equatable {
  /// A, r × in.
  package let input: Matrix
  /// B, out × r.
  package let output: Matrix

  package init(input: Matrix, output: Matrix) {
    self.input = input
    self.output = output
  }

  /// The pair itself, or for a base stored in × out the factors of the transposed product: Aᵀ · Bᵀ.
  init(input: Matrix, output: Matrix, transposed: Bool) {
    self.init(
      input: transposed ? output.transposed() : input,
      output: transposed ? input.transposed() : output)
  }

  /// A, and a B of zeros.
  init(input: Matrix, outputs: Int) {
    self.init(input: input, output: Matrix(rows: outputs, columns: input.rows))
  }

  /// B = U√(Σ/s) and A = √(Σ/s)Vᵀ, so that s·BA is the sum of these triplets.
  init(splitting triplets: SingularTriplets, scale: Double) {
    let roots = Matrix.diagonal(triplets.values.map { (max($0, 0) / scale).squareRoot() })
    self.init(input: roots * triplets.right, output: triplets.left * roots)
  }

  /// The shape of BA.
  var shape: MatrixShape { MatrixShape(rows: output.rows, columns: input.columns) }

  /// BA − B₀A₀ as one product of twice the rank: A′ = [A; A₀], B′ = [B, −B₀].
  ///
  /// PEFT converts PiSSA and OLoRA to LoRA in this way, so that a reader does not need the start.
  func subtracting(_ initial: FactorPair) -> FactorPair {
    FactorPair(
      input: .stackedRows([input, initial.input]),
      output: .stackedColumns([output, -1 * initial.output]))
  }

  /// BA as an update, without what it adds and takes away again: a start that was subtracted from itself is zero, and not
  /// the rounding of a product of twice the rank.
  var update: WeightUpdate {
    let half = input.rows / 2
    let kept = (0..<half).filter { k in
      input.row(k) != input.row(k + half)
        || (0..<output.rows).contains { output[$0, k] != -output[$0, k + half] }
    }
    guard input.rows == 2 * half, kept.count < half else { return .product(output, input) }
    guard !kept.isEmpty else { return .zero(rows: output.rows, columns: input.columns) }
    let both = kept + kept.map { $0 + half }
    return .product(
      .stackedColumns(both.map { output.columnSlice($0..<$0 + 1) }),
      .stackedRows(both.map { input.rowSlice($0..<$0 + 1) }))
  }
}

extension SingularTriplets {
  /// The triplets of a range of positions, counted from the largest.
  func slice(_ range: Range<Int>) -> SingularTriplets {
    SingularTriplets(
      left: left.columnSlice(range), values: Array(values[range]), right: right.rowSlice(range))
  }

  /// The last `count` triplets.
  func trailing(_ count: Int) -> SingularTriplets { slice(values.count - count..<values.count) }
}
