import Adapters
import Documents
import Training

extension SystemBench {
  /// A trainer at step 0, with settings that the change makes of the usual ones.
  /// - Parameters:
  ///   - other: What is trained, of the base's tokenizer; nil for the base.
  ///   - change: Changes the settings.
  func trainer(
    on other: DecoderModel<Float>? = nil, _ change: (inout TrainingSettings) -> Void
  ) throws -> Trainer<Float> {
    var settings = TrainingSettings.default
    change(&settings)
    return try RunSpecification(settings).trainer(on: other ?? model, tokenizer: tokenizer)
  }

  /// Writes a policy as a checkpoint that `analyze` reads: an adapter, or the whole model if all weights were trained.
  /// - Parameters:
  ///   - policy: The policy.
  ///   - step: The number of the checkpoint.
  ///   - base: The folder of the policy's base; nil for the base of the bench.
  ///   - tokenizer: The tokenizer of that base; nil likewise.
  func write(
    _ policy: Policy<Float>, step: Int, base: String? = nil, tokenizer: (any Tokenizer)? = nil
  ) throws(OutputError) {
    let export = policy.export(baseName: base ?? basePath)
    guard export.fields == nil else { return try write(export, step: step) }
    try write(
      DecoderModel(configuration: policy.base.configuration, weights: policy.weights), step: step,
      tokenizer ?? self.tokenizer)
  }

  /// Writes a model that the system made as a checkpoint.
  func write(
    _ model: DecoderModel<Float>, step: Int, _ tokenizer: any Tokenizer
  ) throws(OutputError) {
    try model.write(to: path(ofCheckpoint: step), tokenizer: tokenizer)
  }
}
