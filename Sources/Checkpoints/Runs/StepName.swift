import Documents

/// The number of steps in the name that a trainer gives to the folder or file of a checkpoint.
struct StepName: Equatable {
  /// What a trainer counts.
  enum Unit: String, CaseIterable {
    case steps
    case epochs
  }

  let number: Int
  let unit: Unit
  /// Whether others use the name as well, so that it counts only where weights are found.
  let isShared: Bool

  private struct Pattern {
    /// N is the number, E another one; either may have leading zeros. All else is literal.
    let form: String
    let unit: Unit
    let isShared: Bool

    init(_ form: String, _ unit: Unit = .steps, isShared: Bool = false) {
      self.form = form
      self.unit = unit
      self.isShared = isShared
    }
  }

  private static let folders = [
    // Trainer, TRL, Axolotl, LLaMA-Factory, this program; others with an underscore
    Pattern("checkpoint-N"), Pattern("checkpoint_N"), Pattern("ckpt-N"), Pattern("ckpt_N"),
    Pattern("checkpoint-step-N"), Pattern("checkpoint_step_N"),
    Pattern("checkpoint-epoch-N", .epochs), Pattern("checkpoint_epoch_N", .epochs),
    // verl; OpenRLHF, whose first name DeepSpeed gives to its shards as well, inside a checkpoint
    Pattern("global_step_N"), Pattern("global_stepN", isShared: true), Pattern("global_stepN_hf"),
    // torchtune, accelerate, NeMo RL, prime-rl, LitGPT
    Pattern("step_N"), Pattern("step-N"), Pattern("stepN"), Pattern("epoch_N", .epochs),
    Pattern("epoch-N", .epochs), Pattern("epochN", .epochs),
    // Megatron
    Pattern("iter_N"), Pattern("iter-N"),
    // NeMo AutoModel, Lightning
    Pattern("epoch_E_step_N"), Pattern("epoch-E-step-N"), Pattern("epoch=E-step=N"),
  ]

  private static let files = [
    // mlx-lm, Lightning
    Pattern("N_adapters.safetensors"), Pattern("epoch=E-step=N.ckpt"),
  ]

  /// The step of a folder; nil if it has another name.
  init?(folder name: String) { self.init(name, Self.folders) }

  /// The step of a file; nil if it has another name.
  init?(file name: String) { self.init(name, Self.files) }

  /// The step of a folder whose name is only a number.
  init?(number name: String) { self.init(name, [Pattern("N", isShared: true)]) }

  private init?(_ name: String, _ patterns: [Pattern]) {
    for pattern in patterns {
      guard let number = Self.number(in: name.utf8[...], matching: pattern.form.utf8[...]) else {
        continue
      }
      self.number = number
      unit = pattern.unit
      isShared = pattern.isShared
      return
    }
    return nil
  }

  private static func number(in name: Substring.UTF8View, matching form: Substring.UTF8View) -> Int?
  {
    var (name, number) = (name, Int?.none)
    for byte in form {
      guard byte == UInt8(ascii: "N") || byte == UInt8(ascii: "E") else {
        guard name.popFirst() == byte else { return nil }
        continue
      }
      let digits = name.prefix(while: \.isDigit)
      guard let value = Int(Substring(digits)), HistoryRow.steps.contains(value) else { return nil }
      if byte == UInt8(ascii: "N") { number = value }
      name = name[digits.endIndex...]
    }
    return name.isEmpty ? number : nil
  }
}
