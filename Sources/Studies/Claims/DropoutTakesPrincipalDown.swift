/// Claim 21: dropout on the adapter path drops pretrained components where the adapter holds them.
public enum DropoutTakesPrincipalDown: Claim {
  public static let number = 21
  public static let statement = """
    Dropout on the adapter path takes PiSSA down at a learning rate at which it learns without, and LoRA \
    less.
    """
  public static let source = "this project"
  public static let reported = """
    A rival explanation of claim 1, whose runs had dropout 0.05: answers are drawn from one policy, and \
    learnt from with another whose principal components are dropped.
    """
  public static let rule = """
    Of each seed at the highest learning rate that has runs with dropout and at which most other seeds of \
    PiSSA improve without: PiSSA with less PiSSA without dropout is below −0.1, and this difference less \
    that of LoRA below −0.1, with the whole 95 % interval over at least 3 seeds.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    guard let contrast = DropoutContrast(study)
    else { return .missing("pissa with dropout at a rate at which it improves without") }
    let effects = ["pissa", "lora"].map { contrast.effect(of: $0) }
    let interaction = MarginTest(
      "effect of dropout at \(contrast.rateWords), pissa less lora",
      needs: "pissa and lora with and without dropout at \(contrast.rateWords)",
      values: SeedGroup.paired(effects[0], effects[1]) { $0 - $1 }, .below, margin: 0.1)
    let pairs = ["pissa", "lora", "milora", "random-residual"].map {
      contrast.dropped($0).less(contrast.clean($0), .below, margin: 0.1)
    }
    return .all(of: [pairs[0], interaction], aside: Array(pairs.dropFirst()))
  }
}
