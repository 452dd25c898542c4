package import Studies

/// Learning tasks one after another: frozen directions whose magnitudes go on learning. The tasks are one operation on
/// operands of five ranges.
///
/// **Source:** Wu et al., "SD-LoRA: Scalable decoupled low-rank adaptation for class incremental learning", 2025,
/// arXiv 2501.13198.
package struct SDLoRA: ResearchSystem {
  package static let description = SequenceExperiment.description(
    name: "sd-lora", title: "SD-LoRA: a sequence of like tasks without rehearsal",
    summary:
      "sums of five ranges in a row: directions of earlier tasks frozen, all magnitudes learn")

  package static var claims: [SystemClaim] { SequenceExperiment.claims }

  private let experiment: SequenceExperiment

  package init(size: SystemSize) { experiment = SequenceExperiment(.ranges, size) }

  package func run(_ unit: inout SystemUnit, on bench: SystemBench) throws {
    try experiment.run(&unit, on: bench)
  }
}
