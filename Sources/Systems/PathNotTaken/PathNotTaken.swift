import Adapters
import LinearAlgebra
package import Studies
import Training

/// Whether the entries that training changes are those of the base: runs from a base and from the same function with
/// other weights in one layer.
///
/// **Source:** Zhu et al., "The path not taken: RLVR provably learns off the principals", 2025, arXiv 2511.08567.
package struct PathNotTaken: ResearchSystem {
  package static let description = SystemDescription(
    name: "path-not-taken", title: "The path not taken: which entries change",
    paper:
      "Zhu et al., The path not taken: RLVR provably learns off the principals, 2025, arXiv 2511.08567",
    summary:
      "two runs change the same entries; after a rotation or permutation of a layer's heads they do not",
    arms: [
      .init("rotated", "the second run's base has the values of one layer's heads rotated"),
      .init("permuted", "the second run's base has the heads of one layer in another order"),
      .init("unchanged", "both runs have the base as it is"),
    ],
    measures: [
      .init(
        "overlap-there",
        "Jaccard overlap of the entries that changed in both runs, less chance; v and o of the layer",
        unit: "1", in: .difference, over: "tolerance", axisScale: .logarithmic),
      .init(
        "overlap-elsewhere", "the same for all matrices of other layers", unit: "1",
        in: .difference, over: "tolerance", axisScale: .logarithmic),
      .init(
        "overlap-undone", "as overlap-there, after the change of the base is undone", unit: "1",
        in: .difference, over: "tolerance", axisScale: .logarithmic),
      .init(
        "overlap-by-size",
        "as overlap-there, if the entries of both updates were in another order: what small weights alone give",
        unit: "1", in: .difference, over: "tolerance", axisScale: .logarithmic),
      .init(
        "density", "share of the entries of v and o of the layer that changed in the second run",
        unit: "1", in: .share, over: "tolerance", axisScale: .logarithmic),
      .init(
        "accuracy", "sampled accuracy of the second run on held-out problems", unit: "1",
        in: .share, over: "step"),
    ])

  /// The tolerance that claims are judged at.
  private static let judged = 0.1

  package static let claims = [
    SystemClaim(
      "Independent runs change the same entries more often than chance.",
      reported: "Jaccard overlap 0.55 to 0.60 where chance gives 0.37 to 0.47",
      .difference("accuracy", .last, of: "unchanged", less: "unchanged", .first, is: .above(0)),
      .value("overlap-there", .at(judged), of: "unchanged", is: .above(0.05)),
      .value("overlap-elsewhere", .at(judged), of: "unchanged", is: .above(0.05))),
    SystemClaim(
      "Where the base was rotated, the overlap falls to chance.",
      reported: "down to chance in the two layers that were changed, and only there",
      .value("overlap-there", .at(judged), of: "rotated", is: .within(0.02)),
      .difference(
        "overlap-there", .at(judged), of: "rotated", less: "unchanged", is: .below(0))),
    SystemClaim(
      "Where heads changed places, the overlap falls to chance.",
      reported: "down to chance in the layer that was rotated and permuted, and only there",
      .value("overlap-there", .at(judged), of: "permuted", is: .within(0.02)),
      .difference(
        "overlap-there", .at(judged), of: "permuted", less: "unchanged", is: .below(0))),
    SystemClaim(
      "In other layers the overlap stays.",
      reported: "unchanged in all other layers",
      .difference(
        "overlap-elsewhere", .at(judged), of: "rotated", less: "unchanged", is: .within(0.02)),
      .difference(
        "overlap-elsewhere", .at(judged), of: "permuted", less: "unchanged", is: .within(0.02))),
    SystemClaim(
      "The entries that change go with the heads: with their places given back, the overlap is there again.",
      reported: "not reported; follows if geometry decides, and exact for a permutation",
      .difference(
        "overlap-undone", .at(judged), of: "permuted", less: "unchanged", is: .within(0.02))),
  ]

  package static func cost(of arm: String) -> Double { 1 }

  private let steps: Int
  private static let rate = 3e-4
  /// η of ``Displacement/changed(beyond:)``. The first is the paper's.
  private static let tolerances = [1e-3, 1e-2, 3e-2, 1e-1, 3e-1]

  package init(size: SystemSize) { steps = size == .quick ? 20 : 100 }

  package func run(_ unit: inout SystemUnit, on bench: SystemBench) throws {
    let kind: HeadChange.Kind =
      switch unit.arm {
      case "rotated": .rotation
      case "permuted": .permutation
      default: .none
      }
    let configuration = bench.model.configuration
    let change = HeadChange(
      kind, ofLayer: configuration.layers / 2, in: configuration, seed: UInt64(unit.seed))
    let changed = change.applied(to: bench.model)
    let first = try train(bench.model, bench, seed: 2 * UInt64(unit.seed))
    let second = try train(changed, bench, seed: 2 * UInt64(unit.seed) + 1)
    unit.note("accuracy", at: 0, second.start)
    unit.note("accuracy", at: Double(steps), second.end)
    try bench.write(changed, step: 0, bench.tokenizer)
    try bench.write(second.policy, step: steps, base: bench.path(ofCheckpoint: 0))
    compare(first.policy, second.policy, change, in: &unit)
  }

  private struct Trained {
    let policy: Policy<Float>
    /// Sampled accuracy at the start and at the end.
    let start: Double, end: Double
  }

  private func train(
    _ model: DecoderModel<Float>, _ bench: SystemBench, seed: UInt64
  ) throws -> Trained {
    let trainer = try bench.trainer(on: model) { settings in
      settings.adapter = "full"
      settings.targets = [
        "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj",
      ]
      settings.learningRate = Self.rate
      settings.steps = steps
      settings.seed = seed
      settings.evaluationProblems = 512
    }
    let start = try trainer.examine().sampled
    for _ in 0..<steps {
      try Task.checkCancellation()
      _ = try trainer.step()
    }
    return Trained(policy: trainer.policy, start: start, end: try trainer.examine().sampled)
  }

  /// Notes what the two runs have in common.
  private func compare(
    _ first: Policy<Float>, _ second: Policy<Float>, _ change: HeadChange,
    in unit: inout SystemUnit
  ) {
    let layout = first.base.layout
    let places = layout.layers[change.layer]
    let there = [places.value.weight, places.output.weight]
    // Query and key of the layer, which a permutation moves as well, are in neither.
    let elsewhere = layout.slots.indices.filter { slot in
      layout.slots[slot].kind == .linear && layout.slots[slot].isInLayer
        && !layout.slots[slot].name.hasPrefix("model.layers.\(change.layer).")
    }
    let seed = UInt64(unit.seed)
    let pairs = (
      there: (displacements(of: first, there), displacements(of: second, there)),
      elsewhere: (displacements(of: first, elsewhere), displacements(of: second, elsewhere)),
      undone: displacements(of: second, there) { change.undone($0, of: $1, in: layout) }
    )
    for tolerance in Self.tolerances {
      func note(_ measure: String, _ value: Double?) {
        if let value { unit.note(measure, at: tolerance, value) }
      }
      func excess(_ one: Displacements, _ other: Displacements) -> Double? {
        one.overlap(with: other, beyond: tolerance).map { $0.jaccard - $0.expected }
      }
      note("overlap-there", excess(pairs.there.0, pairs.there.1))
      note("overlap-elsewhere", excess(pairs.elsewhere.0, pairs.elsewhere.1))
      note("overlap-undone", excess(pairs.there.0, pairs.undone))
      note(
        "overlap-by-size",
        pairs.there.0.overlapBySize(with: pairs.there.1, beyond: tolerance, seed: seed))
      note("density", pairs.there.1.density(beyond: tolerance))
    }
  }

  private func displacements(
    of policy: Policy<Float>, _ slots: [Int],
    _ change: (Matrix, Int) -> Matrix = { matrix, _ in matrix }
  ) -> Displacements {
    let layout = policy.base.layout
    let names = Dictionary(
      slots.map { (layout.slots[$0].module, $0) }, uniquingKeysWith: { first, _ in first })
    return policy.updates.reduce(into: [:]) { found, moved in
      guard let slot = names[moved.module] else { return }
      found[moved.module] = Displacement(
        start: change(moved.base, slot), update: change(moved.update, slot))
    }
  }
}
