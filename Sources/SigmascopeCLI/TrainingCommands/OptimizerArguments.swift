import ArgumentParser
import Training

/// How parameters are moved by their gradients.
struct OptimizerArguments: ParsableArguments {
  enum Name: String, ExpressibleByArgument, CaseIterable {
    case adamw, sgd, muon
  }

  enum Course: String, ExpressibleByArgument, CaseIterable {
    case constant, linear, cosine
  }

  @Option(help: "The optimiser.")
  var optimizer = Name.adamw

  @Option(help: "The first β of AdamW, or the momentum of the others.")
  var beta1 = 0.9

  @Option(help: "The second β of AdamW.")
  var beta2: Double?

  @Option(help: "Decoupled weight decay of matrices.")
  var weightDecay: Double?

  @Option(help: "The norm that gradients are clipped to.")
  var clipNorm = 1.0

  @Option(help: "The learning rate over steps.")
  var schedule: Course?

  @Option(help: "Steps over which the learning rate grows from zero.")
  var warmup: Int?

  func validate() throws {
    guard (0..<1).contains(beta1), (0..<1).contains(beta2 ?? 0) else {
      throw ValidationError("--beta1 and --beta2 must lie in [0, 1).")
    }
    guard clipNorm > 0 else { throw ValidationError("--clip-norm must be positive.") }
    if let weightDecay, weightDecay < 0 {
      throw ValidationError("--weight-decay must not be negative.")
    }
    if let warmup, warmup < 0 { throw ValidationError("--warmup must not be negative.") }
  }

  /// The optimiser, with the defaults of a kind of training.
  func choice(beta2 usual: Double, decay: Double) -> OptimizerChoice {
    let decay = weightDecay ?? decay
    return switch optimizer {
    case .adamw: .adamW(AdamWOptions(beta1: beta1, beta2: beta2 ?? usual, decay: decay))
    case .sgd: .sgd(momentum: beta1, decay: decay)
    case .muon: .muon(momentum: beta1, decay: decay)
    }
  }

  func schedule(usual: Course, warmup usualWarmup: Int, steps: Int) -> Schedule {
    let warmup = warmup ?? usualWarmup
    return switch schedule ?? usual {
    case .constant: .constant(warmup: warmup)
    case .linear: .linear(warmup: warmup, steps: steps)
    case .cosine: .cosine(warmup: warmup, steps: steps, floor: 0.03)
    }
  }
}
