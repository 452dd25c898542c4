import Adapters
package import LinearAlgebra

/// What other heads than the language model's see of a policy, and what they send back.
extension Learner {
  /// The normed outputs of the last layer that the tokens of each completion are predicted from, without dropout.
  /// - Returns: For each sequence a copy, T × C for T tokens of the completion; the row of a token is that of the token
  ///   before it.
  package func outputs(_ sequences: [Sequence]) -> [MatrixView<Element>] {
    divide(sequences, MaskKeys.separate(sequences.count), dropoutSeed: nil)
    let weights = policy.weights
    lanes.forEach { lane in
      let state = states[lane]
      state.outputs = []
      for part in state.parts.indices {
        state.forward(part, weights, nil)
        var rows = state.parts[part].batch.predictedRows[...]
        for count in state.parts[part].completionLengths {
          let output = MatrixView<Element>(rows: count, columns: state.pass.outputs.columns)
          for place in 0..<count {
            let row = rows.removeFirst()
            output.rows(place..<place + 1).copy(state.pass.outputs.rows(row..<row + 1))
          }
          state.outputs.append(output)
        }
      }
    }
    return states.flatMap(\.outputs)
  }

  /// The gradient of a loss, given its derivatives with respect to what ``outputs(_:)`` returned last.
  /// - Parameters:
  ///   - slopes: ∂L/∂h, as many rows as outputs.
  ///   - head: ∂L/∂W of the language model's head, if the loss used it and it is trained.
  ///   - gradients: In the order of ``Policy/trained``; overwritten.
  package func gradient(
    outputs slopes: [MatrixView<Element>], head: MatrixView<Element>? = nil,
    into gradients: [MatrixView<Element>]
  ) {
    let width = policy.base.configuration.width
    backward(into: gradients) { state, part, sequences, _ in
      let batch = state.parts[part].batch
      let gradient = MatrixView<Element>(rows: batch.tokens.count, columns: width)
      var rows = batch.predictedRows[...]
      for sequence in sequences {
        for place in 0..<slopes[sequence].rows {
          let row = rows.removeFirst()
          gradient.rows(row..<row + 1).add(slopes[sequence].rows(place..<place + 1))
        }
      }
      state.pass.backward(
        outputs: gradient, weights: policy.weights, gradients: state.gradients, dropout: nil)
      if sequences.contains(0), let head {
        state.gradients.find(policy.base.layout.head)?.add(head)
      }
    }
  }
}
