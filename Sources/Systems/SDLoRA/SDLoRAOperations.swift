package import Studies

/// The same as ``SDLoRA`` with tasks that have nothing in common but digits.
package struct SDLoRAOperations: ResearchSystem {
  package static let description = SequenceExperiment.description(
    name: "sd-lora-operations", title: "SD-LoRA: a sequence of unlike tasks without rehearsal",
    summary: "five operations on digits in a row, likewise")

  package static var claims: [SystemClaim] { SequenceExperiment.claims }

  private let experiment: SequenceExperiment

  package init(size: SystemSize) { experiment = SequenceExperiment(.operations, size) }

  package func run(_ unit: inout SystemUnit, on bench: SystemBench) throws {
    try experiment.run(&unit, on: bench)
  }
}
