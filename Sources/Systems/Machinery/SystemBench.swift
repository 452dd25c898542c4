package import Adapters
package import Documents
import Experiments
package import Training

/// What a unit works with: the base, and a folder for its checkpoints.
package struct SystemBench {
  /// The base; it is not changed. Each worker has its own copy.
  package let model: DecoderModel<Float>
  package let tokenizer: any Tokenizer
  /// The folder of the base.
  package let basePath: String
  /// The texts that the user gave.
  package let corpus: CorpusFolder?
  /// Where the unit's checkpoints go, if it writes any.
  package let folder: String

  /// - Parameters:
  ///   - base: The base.
  ///   - corpus: The texts that the user gave.
  ///   - folder: Where the unit's checkpoints go.
  init(
    _ model: DecoderModel<Float>, _ tokenizer: any Tokenizer, base: StudyBase,
    corpus: CorpusFolder?, folder: String
  ) {
    self.model = model
    self.tokenizer = tokenizer
    basePath = base.path
    self.corpus = corpus
    self.folder = folder
  }

  /// Task and tokenizer of a task that is asked without noise.
  /// - Parameters:
  ///   - task: Its name.
  ///   - options: Its options, each `name=value`.
  /// - Throws: `TaskError`, `TrainingError`.
  package func examiner(of task: String, _ options: String...) throws -> Examiner {
    var found = TaskOptions()
    found.noise = 0
    for option in options {
      let parts = option.split(separator: "=", maxSplits: 1).map(String.init)
      try found.set(parts[0], to: parts.count > 1 ? parts[1] : "")
    }
    return try examiner(of: try TaskRegistry.task(named: task, options: found))
  }

  /// A task with the base's tokenizer.
  /// - Throws: `TrainingError`.
  package func examiner(of task: any VerifiableTask) throws -> Examiner {
    try Examiner(
      task: task, tokenizer: tokenizer, vocabulary: model.configuration.vocabularySize)
  }

  /// The folder of a checkpoint.
  func path(ofCheckpoint step: Int) -> String { "\(folder)/checkpoint-\(step)" }

  /// Writes adapters as a checkpoint that `analyze` reads beside the base.
  /// - Throws: `OutputError`.
  package func write(_ export: AdapterExport, step: Int) throws(OutputError) {
    try AtomicFolder.write(to: path(ofCheckpoint: step)) { (new) throws(OutputError) in
      try export.write(in: new)
    }
  }
}
