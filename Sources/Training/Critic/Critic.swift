package import LinearAlgebra

/// The value function beside a policy: heads on the policy's own trunk, which learn what answers earn.
///
/// The trunk is not the critic's to train. Heads read its outputs as constants, so a policy learns the same whatever the
/// weight of the value loss would be, and an adapter's update is that of the policy's objective alone. The price is that a
/// value is linear in the outputs.
///
/// A class, because its heads and moments change in place.
package final class Critic<Element: KernelScalar> {
  package let optimizer: AdamW<Element>
  private let heads: ValueHeads<Element>
  private let options: CriticOptions
  private let gradients: [MatrixView<Element>]

  package init(_ options: CriticOptions, width: Int, seed: UInt64) {
    self.options = options
    heads = ValueHeads(count: options.heads, width: width, seed: seed)
    optimizer = AdamW(heads.parameters, AdamWOptions())
    gradients = heads.parameters.zeros()
  }

  /// What a checkpoint must hold: heads and moments by name.
  package var state: [(name: String, values: MatrixView<Element>)] {
    heads.parameters.map { ($0.name, $0.values) } + optimizer.state
  }

  /// What the heads say now.
  /// - Parameter states: For each completion the outputs that its tokens are predicted from, T × C.
  package func estimate(_ states: [MatrixView<Element>]) -> ValueEstimate {
    ValueEstimate(
      heads: states.map { states in
        let values = heads.values(states)
        return (0..<values.rows).map { row in values.rows(row..<row + 1).values.map { Double($0) } }
      })
  }

  /// What the heads learn from one rollout.
  package struct Lesson {
    /// For each completion, T × C.
    package let states: [MatrixView<Element>]
    /// Before the first update.
    package let estimate: ValueEstimate
    /// What the values should have been.
    package let returns: [[Double]]
    /// How often each head sees each completion: K × N.
    package let counts: [[Int]]

    package init(
      states: [MatrixView<Element>], estimate: ValueEstimate, returns: [[Double]], counts: [[Int]]
    ) {
      self.states = states
      self.estimate = estimate
      self.returns = returns
      self.counts = counts
    }
  }

  /// How often each head draws each of the completions, with replacement.
  package static func counts(_ options: CriticOptions, completions: Int, seed: UInt64) -> [[Int]] {
    guard options.heads > 1, completions > 0 else {
      return Array(repeating: Array(repeating: 1, count: completions), count: options.heads)
    }
    var generator = SplitMix64(seed: seed)
    let draws = Int((options.share * Double(completions)).rounded(.up))
    return (0..<options.heads).map { _ in
      (0..<draws).reduce(into: Array(repeating: 0, count: completions)) { counts, _ in
        counts[Int.random(in: 0..<completions, using: &generator)] += 1
      }
    }
  }

  /// The loss of some completions, (1/(ζ K |D|)) Σ_j Σ_{D_j} ℓ(V_j), and its derivatives by the values of each, T × K.
  package func loss(_ lesson: Lesson, part: [Int]) -> (loss: Double, slopes: [MatrixView<Element>])
  {
    let tokens = part.reduce(0) { $0 + lesson.returns[$1].count }
    let scale = 1 / (options.share * Double(options.heads) * Double(max(tokens, 1)))
    let form = ClippedValueLoss(clip: options.clip)
    var sum = 0.0
    let slopes = part.map { index in
      let values = heads.values(lesson.states[index])
      for row in 0..<values.rows {
        for head in 0..<values.columns {
          let weight = scale * Double(lesson.counts[head][index])
          let term = form.term(
            value: Double(values[row, head]), old: lesson.estimate.heads[index][row][head],
            target: lesson.returns[index][row])
          sum += weight * term.loss
          values[row, head] = Element(weight * term.slope)
        }
      }
      return values
    }
    return (sum, slopes)
  }

  /// One step of the optimiser on some completions.
  /// - Returns: The loss before it; NaN or infinite if a value is.
  package func learn(_ lesson: Lesson, part: [Int], clipNorm: Double) -> Double {
    let (loss, slopes) = loss(lesson, part: part)
    for gradient in gradients { gradient.fill(0) }
    for (index, slopes) in zip(part, slopes) {
      heads.addGradient(of: slopes, states: lesson.states[index], to: gradients)
    }
    let norm = GradientClipping.clip(gradients, to: clipNorm)
    guard loss.isFinite, norm.isFinite else { return .nan }
    optimizer.step(gradients: gradients, rate: options.learningRate)
    return loss
  }
}
