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

  /// The keys and values of answers that are drawn together, and their logits.
  /// - Parameters:
  ///   - configuration: The policy's.
  ///   - elementSize: Bytes of a number.
  ///   - options: How many answers a step has, and how many of the lanes that they are divided among run at once.
  ///   - positions: The longest prompt with its answer.
  package init(
    sampling configuration: DecoderConfiguration, elementSize: Int, options: RunOptions,
    positions: Int
  ) {
    let answers = max(
      Double(options.prompts) * Double(options.group), Double(options.evaluationProblems))
    let pairs = 2 * Double(configuration.layers) * Double(configuration.keyValueWidth)
    let numbers = answers * (pairs * Double(positions) + Double(configuration.vocabularySize))
    let share = Double(min(options.threads, options.lanes)) / Double(options.lanes)
    bytes = numbers * Double(elementSize) * share
  }

  /// - Throws: ``TrainingError/tooLarge(needed:available:)``.
  package func check() throws(TrainingError) {
    let available = Double(ProcessInfo.processInfo.physicalMemory)
    guard bytes > available else { return }
    throw .tooLarge(needed: Int(min(bytes, 1e18)), available: Int(available))
  }
}
