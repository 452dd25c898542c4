import Foundation

/// What a run is known to take at once, compared with the memory of the machine before anything is made.
///
/// It is a lower bound: what depends on the answers (activations, texts) is left out. A run that is refused could not
/// have been carried out.
package struct RunMemory {
  private let bytes: Double

  /// The weights of a model that is trained as a whole: the weights, their gradients and two moments.
  package init(training configuration: DecoderConfiguration) {
    let width = Double(configuration.width)
    let attention = Double(configuration.queryWidth + configuration.keyValueWidth) * 2
    let layer = width * (attention + 3 * Double(configuration.feedForwardWidth))
    let parameters =
      Double(configuration.layers) * layer + Double(configuration.vocabularySize) * width
    bytes = 4 * parameters * Double(MemoryLayout<Float>.size)
  }

  /// The answers that are drawn together: the activations of their prompts, their keys and values, their logits, and the
  /// weights that are packed for them.
  /// - Parameters:
  ///   - configuration: The policy's.
  ///   - elementSize: Bytes of a number.
  ///   - options: How many answers a step has, and how many of the lanes that they are divided among run at once.
  ///   - positions: The longest prompt with its answer.
  ///   - answerLength: The most tokens of an answer.
  package init(
    sampling configuration: DecoderConfiguration, elementSize: Int, options: RunOptions,
    positions: Int, answerLength: Int
  ) {
    let lanes = Double(options.lanes)
    let lanesAtOnce = Double(min(options.threads, options.lanes))
    let layers = Double(configuration.layers)
    let pairs = 2 * Double(configuration.keyValueWidth)
    let token =
      layers
      * (4 * Double(configuration.width) + 2 * Double(configuration.queryWidth) + pairs
        + 3 * Double(configuration.feedForwardWidth))
    // An answer has at least one token: the output that it is predicted from, and what each head says there.
    let valueBytes =
      options.needsValues ? Double(configuration.width * elementSize + 8 * options.critic.heads) : 0
    let answer = layers * pairs * Double(answerLength) + Double(configuration.vocabularySize)
    let needed = [
      (options.prompts, options.group, valueBytes), (options.evaluationProblems, 1, 0),
    ].map { (prompts, group, appraisalBytes) in
      let promptsAtOnce = min(Double(prompts), lanesAtOnce * (Double(prompts) / lanes).rounded(.up))
      let length = Double(max(positions - answerLength, 1))
      let prompt = length / 2 * token + length * layers * pairs
      let kept = Double(prompts) * Double(group) * (Self.answerBytes + appraisalBytes)
      return promptsAtOnce * (prompt + Double(group) * answer) * Double(elementSize) + kept
    }
    let answers = max(
      Double(options.prompts) * Double(options.group), Double(options.evaluationProblems))
    let rows = answers * Double(answerLength - 1) / lanes
    let layout = DecoderLayout(configuration)
    let packed = layout.packed(rows: Int(min(rows, Double(PackingLimits.rows))))
      .reduce(0) { $0 + layout.slots[$1].count * elementSize }
    bytes = (needed.max() ?? 0) + Double(packed)
  }

  /// What an answer takes as long as the step lasts, however short it is: two lists, its keys and its reward.
  private static let answerBytes = 200.0

  /// - Throws: ``TrainingError/tooLarge(needed:available:)``.
  package func check() throws(TrainingError) {
    let available = Double(ProcessInfo.processInfo.physicalMemory)
    guard bytes > available else { return }
    throw .tooLarge(needed: Int(min(bytes, 1e18)), available: Int(available))
  }
}
