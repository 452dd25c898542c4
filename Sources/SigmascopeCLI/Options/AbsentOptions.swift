/// Options of other programs without a counterpart here, and what there is in their place.
enum AbsentOptions {
  private struct Absence {
    let names: Set<String>
    /// The sentence holds for commands that have these options.
    let needs: [String]
    let sentence: String
  }

  private static let all = [
    Absence(
      names: ["rates", "rate", "lr", "learning-rate", "learning-rates"], needs: ["bisect"],
      sentence: "advise finds the rates itself; to train at rates of your own, see 'sweep --rates'."
    ),
    Absence(
      names: ["epochs", "num-train-epochs", "num-epochs"], needs: ["steps"],
      sentence: "Training is counted in steps: give '--steps'."),
    Absence(
      names: ["gradient-accumulation-steps"], needs: ["prompts", "mini-batches"],
      sentence: """
        A step learns from all answers to '--prompts' problems at once, and '--mini-batches' divides it into several \
        of the optimiser.
        """),
    Absence(
      names: ["logging-steps", "logging-dir", "logging-strategy"], needs: ["save-every"],
      sentence: "Every step is logged in metrics.jsonl of the run."),
    Absence(
      names: ["report-to", "wandb", "wandb-project", "run-name"], needs: ["save-every"],
      sentence: "Every step is logged in metrics.jsonl of the run; analyze draws the curves."),
    Absence(
      names: ["bf16", "fp16", "tf32", "dtype", "torch-dtype", "load-in-4bit", "load-in-8bit"],
      needs: ["storage"],
      sentence: "Training computes in Float32; '--storage bfloat16' rounds the weights."),
    Absence(
      names: ["eps", "adam-epsilon", "optimizer-eps"], needs: ["optimizer", "clip-low"],
      sentence: "ε of AdamW is 1e-8; the clip of ratios is '--clip-low' and '--clip-high'."),
    Absence(
      names: ["eps", "adam-epsilon", "optimizer-eps"], needs: ["optimizer"],
      sentence: "ε of AdamW is 1e-8."),
    Absence(
      names: ["top-p", "top-k", "min-p"], needs: ["temperature"],
      sentence: "Answers are drawn from the whole distribution, at '--temperature'."),
    Absence(
      names: ["save-total-limit", "save-strategy"], needs: ["save-every"],
      sentence: "All checkpoints are kept; '--save-every' says how many there are."),
    Absence(
      names: ["gradient-checkpointing", "use-vllm", "deepspeed", "fsdp", "device"],
      needs: ["rank"],
      sentence: "Training runs in this process, on processors alone."),
  ]

  /// What to know of an option that a command does not have; nil if nothing is known.
  /// - Parameters:
  ///   - name: With `-` for `_`.
  ///   - known: The options of the command.
  static func sentence(on name: String, among known: Set<String>) -> String? {
    all.first { $0.names.contains(name) && known.isSuperset(of: $0.needs) }?.sentence
  }
}
