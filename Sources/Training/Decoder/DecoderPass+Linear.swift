import LinearAlgebra

extension DecoderPass {
  /// y = x Wᵀ + b, plus the change that dropout makes.
  func linear(
    _ layer: DecoderLayout.Linear, _ x: MatrixView<Element>, into y: MatrixView<Element>,
    _ weights: TensorSet<Element>, _ dropout: DropoutPlan<Element>?
  ) {
    multiply(x, by: layer.weight, into: y, weights)
    if let bias = layer.bias { y.addBias(weights[bias]) }
    guard let dropout, let path = dropout.paths[layer.weight] else { return }
    let rank = path.inputFactor.rows
    workspace.lending([(x.rows, x.columns), (x.rows, rank)]) { lent in
      dropout.drop(x, layer: layer.weight, into: lent[0])
      lent[1].multiply(lent[0], path.inputFactor, .transposed)
      y.multiply(lent[1], path.outputFactor, .transposed, scale: path.scale, keeping: 1)
    }
  }

  /// y = x Wᵀ.
  func multiply(
    _ x: MatrixView<Element>, by slot: Int, into y: MatrixView<Element>,
    _ weights: TensorSet<Element>
  ) {
    if let matrix = weights.packed(slot) {
      y.multiply(x, matrix)
    } else {
      multiply(x, weights[slot], .transposed, into: y)
    }
  }

  /// y ← keeping · y + x op(W), by the faster of two ways.
  private func multiply(
    _ x: MatrixView<Element>, _ matrix: MatrixView<Element>, _ orientation: Orientation = .asStored,
    into y: MatrixView<Element>, keeping: Element = 0
  ) {
    guard x.rows >= PackingLimits.rows, matrix.count < PackingLimits.product else {
      return y.multiply(x, matrix, orientation, keeping: keeping)
    }
    workspace.lending([(1, PackedMatrix.room(for: matrix, orientation))]) { lent in
      y.multiply(x, PackedMatrix(matrix, orientation, in: lent[0]), keeping: keeping)
    }
  }

  /// dx ← keeping · dx + dy W; adds the gradients of weight and bias if they are needed.
  func linearBackward(
    _ layer: DecoderLayout.Linear, _ gradient: MatrixView<Element>, x: MatrixView<Element>,
    into inputGradient: MatrixView<Element>, keeping: Element = 0, _ weights: TensorSet<Element>,
    _ gradients: TensorSet<Element>, _ dropout: DropoutPlan<Element>?
  ) {
    multiply(gradient, weights[layer.weight], into: inputGradient, keeping: keeping)
    gradients.find(layer.weight)?.multiply(gradient, .transposed, x, keeping: 1)
    if let bias = layer.bias { gradients.find(bias)?.addColumnSums(of: gradient) }
    guard let dropout, let path = dropout.paths[layer.weight] else { return }
    let rank = path.inputFactor.rows
    workspace.lending([(x.rows, x.columns), (x.rows, x.columns), (x.rows, rank)]) { lent in
      let (dropped, passed, inner) = (lent[0], lent[1], lent[2])
      dropout.drop(x, layer: layer.weight, into: dropped)
      inner.multiply(dropped, path.inputFactor, .transposed)
      path.outputGradient?.multiply(
        gradient, .transposed, inner, scale: path.scale, keeping: 1)
      inner.multiply(gradient, path.outputFactor, scale: path.scale)
      path.inputGradient?.multiply(inner, .transposed, dropped, keeping: 1)
      passed.multiply(inner, path.inputFactor)
      dropout.drop(passed, layer: layer.weight, into: dropped)
      inputGradient.add(dropped)
    }
  }

  /// x normed into y.
  func norm(
    _ slot: Int, _ x: MatrixView<Element>, into y: MatrixView<Element>,
    inverse: MatrixView<Element>, _ weights: TensorSet<Element>
  ) {
    y.normalize(
      x, gain: weights[slot], offset: Element(configuration.normOffset),
      epsilon: Element(configuration.normEpsilon), inverse: inverse)
  }

  /// Adds the gradient of a norm's input to dx, and that of its gain if it is needed.
  func normBackward(
    _ slot: Int, _ gradient: MatrixView<Element>, x: MatrixView<Element>,
    inverse: MatrixView<Element>, addingTo inputGradient: MatrixView<Element>,
    _ weights: TensorSet<Element>, _ gradients: TensorSet<Element>
  ) {
    inputGradient.addNormGradient(
      gradient, x: x, gain: weights[slot], offset: Element(configuration.normOffset),
      inverse: inverse, gainGradient: gradients.find(slot))
  }
}
