import Adapters
import LinearAlgebra
import Testing
import Training

@Suite("Counterfactual weights") struct CounterfactualTests {
  /// The query weight of the first layer under a counterfactual, at base and scale of a policy.
  private static func weight(
    _ counterfactual: any Counterfactual.Type, _ policy: Policy<Float>
  ) throws -> Matrix {
    try #require(try policy.weights(of: counterfactual))[slot(policy)].matrix
  }

  private static func slot(_ policy: Policy<Float>) -> Int {
    policy.base.layout.layers[0].query.weight
  }

  private static func expectEqual(_ left: Matrix, _ right: Matrix) {
    for (a, b) in zip(left.values, right.values) { #expect(abs(a - b) < 1e-6) }
  }

  @Test func `the doubled scale doubles the update of LoRA`() throws {
    let policy = try TinyRuns.policy("lora")
    policy.disturb(by: 0.2, seed: 4)
    let slot = Self.slot(policy)
    let (base, trained) = (policy.base.weights[slot].matrix, policy.weights[slot].matrix)
    Self.expectEqual(try Self.weight(DoubledScale.self, policy), base + 2 * (trained - base))
  }

  /// The factors begin at s·B₀A₀, which is what PiSSA took out of the base.
  @Test func `the doubled scale doubles the product of PiSSA, with and without its residual base`()
    throws
  {
    let policy = try TinyRuns.policy("pissa")
    let slot = Self.slot(policy)
    let base = policy.base.weights[slot].matrix
    let head = try SingularTriplets(of: base).leading(2).reconstruction()
    Self.expectEqual(try Self.weight(DoubledScale.self, policy), base + head)
    Self.expectEqual(
      try Self.weight(DoubledScaleWithoutResidual.self, policy), base + 2 * head)
    Self.expectEqual(try Self.weight(WithoutResidual.self, policy), base + head)
  }

  @Test(arguments: [
    ("lora", true, false), ("pissa", true, true), ("rslora", true, false), ("full", false, false),
    ("dora", false, false), ("vera", false, false), ("adalora", true, false),
  ])
  func `a scale has the methods that add a product times alpha`(
    key: String, isScaled: Bool, leavesResidual: Bool
  ) throws {
    let trainer = try TinyRuns.trainer(key)
    _ = try trainer.step()
    #expect(try (trainer.reloaded(as: DoubledScale.self) != nil) == isScaled)
    #expect(try (trainer.reloaded(as: DoubledScaleWithoutResidual.self) != nil) == leavesResidual)
  }

  /// A frozen weight that merges have moved is not one that a start has left.
  @Test func `a frozen weight that drifts is no residual base`() throws {
    var stack = StackOptions()
    stack.mergeCycle = .bfloat16
    let trainer = try TinyRuns.trainer(
      "lora", AdapterOptions(rank: 2, alpha: 4), TinyRuns.options(), stack: stack)
    _ = try trainer.step()
    #expect(try trainer.reloaded(as: WithoutResidual.self) == nil)
  }
}
