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
