import Adapters
import LinearAlgebra

/// Sequences that a lane reads in one batch.
struct LanePart {
  let batch: PackedBatch
  let completionLengths: [Int]

  /// Consecutive sequences in batches of bounded size.
  static func parts(
    _ sequences: ArraySlice<(prompt: [Int32], completion: [Int32])>, _ keys: ArraySlice<MaskKeys>,
    tokenLimit: Int
  ) -> [LanePart] {
    var result = [LanePart]()
    var batch = PackedBatch()
    var lengths = [Int]()
    for (sequence, keys) in zip(sequences, keys) {
      let length = sequence.prompt.count + sequence.completion.count
      if !lengths.isEmpty, batch.tokens.count + length > tokenLimit {
        result.append(.init(batch: batch, completionLengths: lengths))
        (batch, lengths) = (PackedBatch(), [])
      }
      batch.append(prompt: sequence.prompt, completion: sequence.completion, keys: keys)
      lengths.append(sequence.completion.count)
    }
    if !lengths.isEmpty { result.append(.init(batch: batch, completionLengths: lengths)) }
    return result
  }
}

/// The working memory of one lane.
final class LaneState<Element: KernelScalar> {
  let pass: DecoderPass<Element>
  /// Gradients of the effective weights that are adapted.
  let gradients: TensorSet<Element>
  /// Gradients of the trained parameters through the dropout paths.
  let dropoutGradients: [MatrixView<Element>]
  var parts: [LanePart] = []
  var readings: [Learner<Element>.Reading] = []
  var completions: [[Completion]] = []
  var outputs: [MatrixView<Element>] = []

  init(_ policy: Policy<Element>, positions: Int) {
    pass = DecoderPass(policy.base.configuration, positions: positions)
    gradients = TensorSet(policy.base.layout) { policy.needsGradient($0) }
    dropoutGradients = policy.options.dropout > 0 ? policy.trained.zeros() : []
  }

  func forward(_ part: Int, _ weights: TensorSet<Element>, _ dropout: DropoutPlan<Element>?) {
    pass.forward(parts[part].batch, weights: weights, dropout: dropout)
  }

  /// How many sequences it reads.
  var sequenceCount: Int { parts.reduce(0) { $0 + $1.completionLengths.count } }

  func clear() {
    gradients.fill(0)
    for gradient in dropoutGradients { gradient.fill(0) }
  }
}
