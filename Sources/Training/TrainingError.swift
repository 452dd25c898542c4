public import Documents

/// What can be wrong with a training run.
public enum TrainingError: BadInput, Equatable {
  /// No module of the decoder has this name.
  case noTargets(pattern: String, available: [String])
  /// The method has no path that dropout could act on.
  case noDropout(method: String)
  /// The method has no update that could be merged into a frozen weight and taken out again.
  case noMergeCycle(method: String, fitting: [String])
  /// The method does not train the weights themselves, whose entries a mask chooses.
  case noGradientMask(method: String)
  /// The method does not train the weights themselves, whose principal directions the optimiser avoids.
  case noWeightToAvoid(optimizer: String, method: String)
  /// The text that should end answers is not a single token of the model.
  case stopIsNoToken(String)
  /// The tokenizer gives a token that the model has no row of its embedding for.
  case tokenBeyondVocabulary(token: Int, vocabulary: Int)
  /// A run of these sizes needs more memory than the machine has; both in bytes.
  case tooLarge(needed: Int, available: Int)
  /// The loss, a gradient, a parameter or a weight is infinite or NaN.
  case notFinite(step: Int, what: String)
  /// The folder holds a run already, and resuming was not asked for.
  case runExists(path: String)
  /// A run cannot be resumed from what is there.
  case cannotResume(path: String, reason: String)
  /// The base has other weights, or another configuration or tokenizer, than at the start of the run.
  case otherBase(path: String, base: String)
  /// The run was started with other kernels, and going on with these was not asked for.
  case otherKernels(path: String, before: String, here: String)
  /// The run was started with other settings; empty if something else in the file differs.
  case otherSettings(path: String, changes: [SettingChange])
}

extension TrainingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noTargets(let pattern, let available):
      "no module is called '\(pattern)': give some of \(available.joined(separator: ", "))"
    case .noDropout(let method):
      "'\(method)' has no adapter path for dropout: leave --dropout at 0, or take a form of LoRA"
    case .noMergeCycle(let method, let fitting):
      "'\(method)' adds no scaled product that could be merged and taken out again: --merge-cycle needs "
        + "\(fitting.joined(separator: ", ")), or a start of LoRA"
    case .noGradientMask(let method):
      "'\(method)' does not train the weights themselves: --gradient-mask needs --adapter full"
    case .noWeightToAvoid(let optimizer, let method):
      "'\(method)' does not train the weights themselves: --optimizer \(optimizer) needs --adapter full"
    case .stopIsNoToken(let text):
      "the text '\(text)' of --stop is not one token of the model"
    case .tokenBeyondVocabulary(let token, let vocabulary):
      "token \(token) of the tokenizer lies outside the vocab_size of \(vocabulary) in config.json: "
        + "the tokenizer belongs to another base; copy tokenizer.json from where the weights are from"
    case .tooLarge(let needed, let available):
      "the run needs \(Self.gigabytes(needed)) GB of memory and the machine has "
        + "\(Self.gigabytes(available)): take fewer --prompts, a smaller --group or a shorter --max-length, "
        + "or a smaller base"
    case .notFinite(let step, let what):
      "\(what) is not finite at step \(step): the last checkpoint is good; lower the learning rate"
    case .runExists(let path):
      "'\(path)' holds a run already: continue it with --resume or give another folder with --out"
    case .cannotResume(let path, let reason):
      "'\(path)' cannot be continued: \(reason)"
    case .otherBase(let path, let base):
      "'\(path)' cannot be continued: the base '\(base)' has other weights, or another "
        + "configuration or tokenizer, than "
        + "when the run was started: put them back or give another folder with --out"
    case .otherKernels(let path, let before, let here):
      "'\(path)' was computed with the kernels '\(before)', and '\(here)' compute here: the run would not be the one "
        + "that was not stopped; go on there, or take that in with --mix-kernels"
    case .otherSettings(let path, let changes):
      "'\(path)' cannot be continued: it was started with other settings\(Self.list(changes)): "
        + "give them as they were or another folder with --out"
    }
  }

  private static func gigabytes(_ bytes: Int) -> Int { (bytes - 1) / 1_000_000_000 + 1 }

  /// ` (rank was 8 and is 4, kl was 0 and is 0.1)`.
  private static func list(_ changes: [SettingChange]) -> String {
    guard !changes.isEmpty else { return "" }
    let words = changes.map { "\($0.name) was \($0.before) and is \($0.now)" }
    return " (\(words.joined(separator: ", ")))"
  }
}
