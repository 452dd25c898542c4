import Foundation
import LinearAlgebra
package import Studies
import Training

/// LoRA whose factors are made by small networks while it trains.
///
/// **Source:** Truong et al., "RepLoRA: Reparameterizing low-rank adaptation via the perspective of mixture of experts",
/// 2025, arXiv 2502.03044.
package struct RepLoRA: ResearchSystem {
  package static let description = SystemDescription(
    name: "replora", title: "RepLoRA: factors made by generators",
    paper:
      "Truong et al., RepLoRA: Reparameterizing low-rank adaptation via the perspective of mixture of experts, "
      + "2025, arXiv 2502.03044",
    summary:
      "LoRA with factors made by small networks in training: accuracy over the share of data",
    arms: [
      .init("replora", "generators of A and B learn; a plain LoRA is left at the end"),
      .init("lora", "the factors themselves learn"),
    ],
    measures: [
      .init(
        "accuracy", "held-out problems that are answered right", unit: "share", in: .share,
        over: "share of the data", axisScale: .logarithmic),
      .init(
        "rate", "the learning rate that the unit chose", unit: "1", in: .size,
        over: "share of the data",
        axisScale: .logarithmic, scale: .logarithmic),
    ])

  package static let claims = [
    SystemClaim(
      "RepLoRA is above LoRA on all of the data.",
      reported: "up to 40 % over LoRA",
      .difference("accuracy", .at(1), of: "replora", less: "lora", is: .above(0.02))),
    SystemClaim(
      "RepLoRA is above LoRA on a tenth of the data.",
      reported: "up to 40 % over LoRA, more where data are few",
      .difference("accuracy", .at(0.1), of: "replora", less: "lora", is: .above(0.02))),
    SystemClaim(
      "RepLoRA on 30 % of the data is above LoRA on all of it.",
      reported: "LoRA's score with 30 % of the data",
      .difference("accuracy", .at(0.3), of: "replora", less: "lora", .at(1), is: .above(0))),
  ]

  package static func cost(of arm: String) -> Double { arm == "replora" ? 1.5 : 1 }

  private let steps: Int, problems: Int, demonstrations: Int
  private static let rank = 4, batch = 32
  private static let shares = [0.03, 0.1, 0.3, 1], rates = [3e-4, 1e-3, 3e-3, 1e-2, 3e-2]

  package init(size: SystemSize) {
    (steps, problems, demonstrations) = size == .quick ? (20, 64, 256) : (400, 256, 2048)
  }

  package func run(_ unit: inout SystemUnit, on bench: SystemBench) throws {
    let examiner = try bench.examiner(of: "addition", "digits=3", "order=reversed")
    let all = try examiner.problems(
      .training, count: demonstrations, seed: UInt64(unit.seed) &* 2 &+ 17
    ).map { try examiner.sequence($0, answer: $0.answer) }
    let validation = try examiner.problems(.held, count: problems, seed: 1)
    let test = try examiner.problems(.held, count: problems, seed: 2)
    let positions = try examiner.longestSequence(limit: nil)
    let (arm, seed) = (unit.arm, UInt64(unit.seed))
    for share in Self.shares {
      let count = max(1, Int((share * Double(demonstrations)).rounded()))
      let (rate, kept) = try BestRate.choose(among: Self.rates) { rate in
        let policy = try SupervisedPolicy.lora(
          on: bench.model, rank: Self.rank, seed: seed, positions: positions)
        try train(policy, arm: arm, on: all.prefix(count), rate: rate, seed: seed)
        return (
          try policy.accuracy(on: validation, of: examiner),
          (
            try policy.accuracy(on: test, of: examiner),
            policy.policy.export(baseName: bench.basePath)
          )
        )
      }
      unit.note("accuracy", at: share, kept.0)
      unit.note("rate", at: share, rate)
      if share == 1 { try bench.write(kept.1, step: steps) }
    }
  }

  private func train(
    _ policy: SupervisedPolicy<Float>, arm: String,
    on demonstrations: ArraySlice<SupervisedPolicy<Float>.Demonstration>, rate: Double,
    seed: UInt64
  ) throws {
    var generator = SplitMix64(seed: seed &+ 1 << 32)
    let generated =
      arm == "replora" ? GeneratedFactors(policy.factors, using: &generator) : nil
    policy.refresh()
    let optimizer = AdamW(generated?.parameters ?? policy.parameters, AdamWOptions())
    // At a constant rate the accuracy of the last step is one of luck.
    let schedule = Schedule.linear(warmup: steps / 20, steps: steps)
    // The batches of both arms are the same.
    var order = SplitMix64(seed: seed &+ 2 << 32)
    for step in 0..<steps {
      if step % 10 == 0 { try Task.checkCancellation() }
      let batch = (0..<Self.batch).map { _ in
        demonstrations[order.nextIndex(below: demonstrations.count)]
      }
      let loss = policy.loss(of: batch)
      try SupervisedPolicy<Float>.apply(
        generated?.gradients() ?? policy.gradients, of: loss, optimizer,
        rate: rate * schedule.factor(at: step))
      generated?.write()
      policy.refresh()
    }
  }
}
