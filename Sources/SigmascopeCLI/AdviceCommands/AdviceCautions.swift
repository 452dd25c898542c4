import Training

/// What is said where settings lie outside of what the law of the step was tried on.
enum AdviceCautions {
  static func all(for settings: TrainingSettings) -> [String] {
    let usual = TrainingSettings.default
    let answers = settings.prompts * settings.group
    return [
      settings.dropout > 0
        ? "dropout kills by its masks, not by the size of a step: the predicted rates are too high; read the mask "
          + "mismatch, or use --bisect" : nil,
      settings.optimizer != usual.optimizer
        ? "the bound was fitted with AdamW: with \(settings.optimizer.rawValue) only the order of starts is known"
        : nil,
      settings.warmup.map { $0 < TrainingSettings.usualWarmup } == true
        ? "without a warm-up of \(TrainingSettings.usualWarmup) steps starts died at rates up to half as high"
        : nil,
      !(64...1024).contains(answers)
        ? "the law was tried with 256 answers a step, and this run has \(answers)" : nil,
      settings.updatesPerRollout * settings.miniBatches > 1
        ? "the law was tried with one update a step; with more, a step moves the policy further"
        : nil,
    ].compactMap { $0 }
  }
}
