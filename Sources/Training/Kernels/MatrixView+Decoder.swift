import LinearAlgebra

/// The fused loops on views: each checks its shapes, then calls one C function.
extension MatrixView where Element: KernelScalar {
  private func requireContiguous(_ views: MatrixView...) {
    // No key path: making one takes longer than a loop on a small matrix.
    precondition(
      isContiguous && views.allSatisfy { $0.isContiguous }, "fused loops need contiguous rows")
  }

  /// y = x · r · (gain + offset); `inverse` (1 × rows) keeps r for the backward pass.
  func normalize(
    _ x: MatrixView, gain: MatrixView, offset: Element, epsilon: Element, inverse: MatrixView
  ) {
    requireContiguous(x, gain, inverse)
    precondition(
      x.rows == rows && x.columns == columns && gain.count == columns && inverse.count >= rows,
      "the shapes of a norm do not fit")
    unsafe Element.loops.rmsNorm(
      x.start, gain.start, offset, epsilon, start, inverse.start, rows, columns)
  }

  /// dx += …, and dgain += … if it is needed; self is dx.
  func addNormGradient(
    _ gradient: MatrixView, x: MatrixView, gain: MatrixView, offset: Element, inverse: MatrixView,
    gainGradient: MatrixView?
  ) {
    requireContiguous(gradient, x, gain, inverse)
    precondition(
      x.count == count && gradient.count == count && x.columns == columns && gain.count == columns
        && inverse.count >= rows && gainGradient?.count ?? columns == columns,
      "the shapes of a norm do not fit")
    unsafe Element.loops.rmsNormBackward(
      gradient.start, x.start, gain.start, offset, inverse.start, start, gainGradient?.start, rows,
      columns)
  }

  /// Rotates the heads by the angles of their positions; `sign` −1 rotates back.
  func rotate(
    positions: [Int32], table: RotaryTable<Element>, sign: Element, headWidth: Int
  ) {
    precondition(
      positions.count == rows && columns % headWidth == 0 && table.halfWidth * 2 == headWidth
        && positions.allSatisfy { $0 >= 0 && $0 < table.positions },
      "positions and heads do not fit the rotary table")
    unsafe Element.loops.rope(
      start, stride, positions, table.cosines.start, table.sines.start, sign, rows,
      columns / headWidth, headWidth)
  }

  /// h = activation(gate) · up; self is h.
  func gate(_ gate: MatrixView, up: MatrixView, by activation: Activation) {
    requireContiguous(gate, up)
    precondition(gate.count == count && up.count == count, "another shape")
    unsafe Element.loops.gate[activation]?(gate.start, up.start, start, count)
  }

  /// Replaces gate and up by their gradients; self is dh.
  func gateBackward(_ gate: MatrixView, up: MatrixView, by activation: Activation) {
    requireContiguous(gate, up)
    precondition(gate.count == count && up.count == count, "another shape")
    unsafe Element.loops.gateBackward[activation]?(start, gate.start, up.start, count)
  }

  /// Adds a bias (1 × columns) to every row.
  func addBias(_ bias: MatrixView) {
    requireContiguous(bias)
    precondition(bias.count == columns, "a bias has one value a column")
    unsafe Element.loops.addBias(start, bias.start, rows, columns)
  }

  /// Adds the column sums of a matrix; self is 1 × columns.
  func addColumnSums(of matrix: MatrixView) {
    requireContiguous(matrix)
    precondition(count == matrix.columns, "one sum a column")
    unsafe Element.loops.addColumnSums(matrix.start, start, matrix.rows, matrix.columns)
  }

  /// Writes the scaled rows of an embedding table for these tokens.
  func embed(_ tokens: [Int32], table: MatrixView, scale: Element) {
    requireContiguous(table)
    precondition(
      tokens.count == rows && table.columns == columns
        && tokens.allSatisfy { $0 >= 0 && $0 < table.rows },
      "tokens do not fit the embedding")
    unsafe Element.loops.embed(table.start, tokens, scale, start, rows, columns)
  }

  /// Adds the scaled rows of a gradient to the rows of tokens; self is the table's gradient.
  func addEmbeddingGradient(_ gradient: MatrixView, tokens: [Int32], scale: Element) {
    requireContiguous(gradient)
    precondition(tokens.count == gradient.rows && gradient.columns == columns, "another shape")
    unsafe Element.loops.embedBackward(gradient.start, tokens, scale, start, tokens.count, columns)
  }

  /// Log-probabilities of the rows' tokens under these logits, and the entropies (both 1 × rows).
  func logProbabilities(
    of tokens: [Int32], inverseTemperature: Element, into logProbabilities: MatrixView<Double>,
    entropies: MatrixView<Double>
  ) {
    requireContiguous()
    requireTokens(tokens, logProbabilities, entropies)
    unsafe Element.loops.logProbabilities(
      start, tokens, inverseTemperature, logProbabilities.start, entropies.start, rows, columns)
  }

  /// Replaces the logits by ∂L/∂logits.
  /// - Parameters:
  ///   - tokens: One per row.
  ///   - inverseTemperature: 1/τ.
  ///   - weights: ∂L/∂log p of the tokens, 1 × rows.
  ///   - entropyWeights: ∂L/∂H, 1 × rows.
  func logProbabilitiesBackward(
    _ tokens: [Int32], inverseTemperature: Element, weights: MatrixView<Double>,
    entropyWeights: MatrixView<Double>
  ) {
    requireContiguous()
    requireTokens(tokens, weights, entropyWeights)
    unsafe Element.loops.logProbabilitiesBackward(
      start, tokens, inverseTemperature, weights.start, entropyWeights.start, rows, columns)
  }

  private func requireTokens(
    _ tokens: [Int32], _ first: MatrixView<Double>, _ second: MatrixView<Double>
  ) {
    precondition(
      tokens.count == rows && first.count == rows && second.count == rows
        && first.isContiguous && second.isContiguous
        && tokens.allSatisfy { $0 >= 0 && $0 < columns },
      "tokens do not fit the logits")
  }

  /// Draws a token for every row of logits.
  /// - Parameters:
  ///   - inverseTemperature: 1/τ; 0 takes the most likely.
  ///   - uniforms: One number in [0, 1) per row.
  ///   - logProbabilities: Log-probabilities of the drawn tokens, 1 × rows.
  /// - Returns: One token per row.
  func sample(
    inverseTemperature: Element, uniforms: [Double], logProbabilities: MatrixView<Double>
  ) -> [Int32] {
    requireContiguous()
    precondition(
      uniforms.count == rows && logProbabilities.count == rows && columns > 0,
      "one uniform number a row")
    var tokens = [Int32](repeating: 0, count: rows)
    unsafe Element.loops.sample(
      start, inverseTemperature, uniforms, &tokens, logProbabilities.start, rows, columns)
    return tokens
  }

  /// x ∘ (mask − 1), the change that dropout makes to x. The mask depends on the seed, the row's key and the
  /// column.
  func dropoutDifference(_ x: MatrixView, probability: Double, seed: UInt64, keys: [UInt64]) {
    requireContiguous(x)
    precondition(
      x.rows == rows && x.columns == columns && keys.count == rows, "one key a row of one shape")
    unsafe Element.loops.dropoutDifference(
      x.start, start, probability, seed, keys, rows, columns)
  }
}
