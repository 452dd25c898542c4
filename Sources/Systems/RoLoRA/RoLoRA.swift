import LinearAlgebra
package import Studies
import Training

/// Federated LoRA: factors in turn, against averaging both, freezing one, and averaging products.
///
/// **Source:** Chen et al., "Robust federated finetuning of LLMs via alternating optimization of LoRA", 2025,
/// arXiv 2502.01755.
package struct RoLoRA: ResearchSystem {
  package static let description = SystemDescription(
    name: "rolora", title: "RoLoRA: federated LoRA with factors in turn",
    paper:
      "Chen et al., Robust federated finetuning of LLMs via alternating optimization of LoRA, 2025, "
      + "arXiv 2502.01755",
    summary:
      "clients with unlike data train LoRA in rounds: factors in turn, both, one, or products",
    arms: [
      .init("rolora", "B in odd rounds, A in even ones; the one that was trained is averaged"),
      .init("fedavg-lora", "both are trained, and each is averaged"),
      .init("ffa-lora", "B is trained and averaged; A stays where it started"),
      .init("flexlora", "both are trained; the products are averaged and decomposed"),
    ],
    measures: [
      .init(
        "accuracy", "held-out problems that the server's policy answers right", unit: "share",
        in: .share,
        over: "round"),
      .init(
        "averaging-error", "distance of the server's product from the clients' mean product",
        unit: "share of its norm", in: .size, over: "round"),
      .init(
        "client-overlap", "overlap of the subspaces in which two clients changed", unit: "1",
        in: .share,
        over: "round"),
      .init("rate", "the learning rate that the unit chose", unit: "1", in: .size, over: "choice"),
    ])

  package static let claims = [
    SystemClaim(
      "RoLoRA ends above FedAvg of LoRA.",
      reported: "GLUE mean with 50 clients at rank 4: 85.8 against 70.7",
      .difference("accuracy", .last, of: "rolora", less: "fedavg-lora", is: .above(0.02))),
    SystemClaim(
      "RoLoRA ends above FFA-LoRA.",
      reported: "GLUE mean with 50 clients at rank 4: 85.8 against 76.5",
      .difference("accuracy", .last, of: "rolora", less: "ffa-lora", is: .above(0.02))),
    SystemClaim(
      "RoLoRA ends above FlexLoRA.",
      reported: "GLUE mean with 50 clients at rank 4: 85.8 against 54.7",
      .difference("accuracy", .last, of: "rolora", less: "flexlora", is: .above(0.02))),
    SystemClaim(
      "Averaging is exact where one factor is trained, and not where both are.",
      reported: "mean(A·Bᵢ) = A·mean(Bᵢ), an identity",
      .value("averaging-error", .largest, of: "rolora", is: .within(1e-5)),
      .value("averaging-error", .largest, of: "ffa-lora", is: .within(1e-5)),
      .value("averaging-error", .mean, of: "fedavg-lora", is: .above(0.01))),
  ]

  private let clients: Int, rounds: Int, localSteps: Int, problems: Int
  private static let rank = 4, batch = 16, samples = 256, concentration = 0.5
  private static let rates = [1e-3, 3e-3, 1e-2]

  package init(size: SystemSize) {
    (clients, rounds, localSteps, problems) = size == .quick ? (3, 4, 4, 64) : (10, 64, 10, 256)
  }

  package func run(_ unit: inout SystemUnit, on bench: SystemBench) throws {
    guard let rule = FederatedRule(rawValue: unit.arm) else { return }
    let examiner = try bench.examiner(of: "addition", "digits=3", "order=reversed")
    var generator = SplitMix64(seed: UInt64(unit.seed))
    let data = try ClientData.split(
      among: clients, samples: Self.samples, concentration: Self.concentration, examiner,
      using: &generator)
    let validation = try examiner.problems(.held, count: problems, seed: 1)
    let test = try examiner.problems(.held, count: problems, seed: 2)
    let positions = try examiner.longestSequence(limit: nil)
    let seed = generator.next()
    let (rate, noted) = try BestRate.choose(among: Self.rates) { rate in
      let policy = try SupervisedPolicy.lora(
        on: bench.model, rank: Self.rank, seed: UInt64(unit.seed), positions: positions)
      let federation = Federation(
        policy, rule, data,
        .init(localSteps: localSteps, batch: Self.batch, rate: rate, seed: seed))
      var noted = SystemUnit(arm: unit.arm, seed: unit.seed)
      noted.note("accuracy", at: 0, try policy.accuracy(on: test, of: examiner))
      for round in 1...rounds {
        try Task.checkCancellation()
        let found = try federation.round()
        noted.note("accuracy", at: Double(round), try policy.accuracy(on: test, of: examiner))
        noted.note("averaging-error", at: Double(round), found.averagingError)
        noted.note("client-overlap", at: Double(round), found.overlap)
      }
      let export = policy.policy.export(baseName: bench.basePath)
      return (try policy.accuracy(on: validation, of: examiner), (noted, export))
    }
    unit.note(noted.0)
    unit.note("rate", at: 1, rate)
    try bench.write(noted.1, step: rounds)
  }
}
