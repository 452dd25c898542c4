import LinearAlgebra
package import Studies

/// Federated learning of two factors in linear regression: where RoLoRA's bounds are proved, and can be checked number by
/// number.
package struct LinearRoLoRA: ResearchSystem {
  package static let description = SystemDescription(
    name: "rolora-linear", title: "RoLoRA's bounds in linear regression",
    paper:
      "Chen et al., Robust federated finetuning of LLMs via alternating optimization of LoRA, 2025, "
      + "arXiv 2502.01755, section 5",
    summary: "clients learn Y = X a bᵀ: factors in turn (RoLoRA), one frozen (FFA), both averaged",
    arms: [
      .init("rolora", "b is solved and averaged, then a takes an averaged step"),
      .init("ffa-lora", "a stays where it started"),
      .init("fedavg-lora", "each client changes both, and both are averaged"),
    ],
    measures: [
      .init(
        "sine", "sine of the angle between a and the true one", unit: "1", in: .share,
        over: "round",
        scale: .logarithmic),
      .init(
        "bound-ratio", "how the sine shrank, over what the bound allows", unit: "1", in: .size,
        over: "round"),
      .init(
        "loss-over-floor", "expected loss over FFA-LoRA's floor", unit: "1", in: .size,
        over: "round", scale: .logarithmic),
    ])

  package static let claims = [
    SystemClaim(
      "The angle between RoLoRA's input factor and the true one shrinks in every round at least as the bound says.",
      reported: "sin θ(t+1) ≤ sin θ(t)·√(1 − η(1 − δ₀²)‖b*‖²), a theorem",
      .value("bound-ratio", .largest, of: "rolora", is: .within(1))),
    SystemClaim(
      "FFA-LoRA's loss stays at its floor, which does not fall with rounds.",
      reported: "loss ≥ (1 + c̃)‖b*‖²δ₀² for every round, a theorem",
      .value("loss-over-floor", .last, of: "ffa-lora", is: .above(0.99))),
    SystemClaim(
      "RoLoRA's loss ends below a hundredth of that floor.",
      reported: "the loss falls below any ε in O(log 1/ε) rounds, a theorem",
      .value("loss-over-floor", .last, of: "rolora", is: .within(0.01))),
  ]

  package static let adaptsBase = false

  private let rounds: Int
  private static let inputs = 20, outputs = 10, clients = 5, samples = 60, distance = 0.8
  /// η‖b*‖², at most ½ by the theorem.
  private static let relativeRate = 0.25

  package init(size: SystemSize) { rounds = size == .quick ? 15 : 30 }

  package func run(_ unit: inout SystemUnit, on bench: SystemBench) throws {
    var generator = SplitMix64(seed: UInt64(unit.seed))
    let problem = FederatedRegression(
      inputs: Self.inputs, outputs: Self.outputs, clients: Self.clients, samples: Self.samples,
      distance: Self.distance, using: &generator)
    let energy = problem.outputEnergy
    let rate = Self.relativeRate / energy
    let square = Self.distance * Self.distance
    let bound = (1 - rate * (1 - square) * energy).squareRoot()
    var input = problem.start
    unit.note("sine", at: 0, problem.sine(of: input))
    for round in 1...rounds {
      let before = problem.sine(of: input)
      let outputs = problem.bestOutputs(for: input)
      switch unit.arm {
      case "rolora":
        let shared = outputs.map { _ in outputs.mean }
        let step = problem.inputGradients(at: input, outputs: shared).mean
        input = zip(input, step).map { $0 - rate * $1 }.normalized().vector
      case "fedavg-lora":
        let steps = problem.inputGradients(at: input, outputs: outputs)
        input =
          steps.map { step in zip(input, step).map { $0 - rate * $1 }.normalized().vector }.mean
      default: break
      }
      let loss = problem.expectedLoss(of: FederatedRegression.outer(input, outputs.mean))
      let sine = problem.sine(of: input)
      unit.note("sine", at: Double(round), sine)
      unit.note("bound-ratio", at: Double(round), sine / (before * bound))
      unit.note("loss-over-floor", at: Double(round), loss / (energy * square))
    }
  }
}
