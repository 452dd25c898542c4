import Adapters
import LinearAlgebra
import Testing
import Training

@Suite("Gradient masks") struct GradientMaskTests {
  private static let masks = GradientMask.allCases.filter { $0 != .none }
  private static let weight = {
    var generator = SplitMix64(seed: 11)
    return Matrix(rows: 6, columns: 5, values: (0..<30).map { _ in generator.nextGaussian() })
  }()

  private static func learns(_ mask: GradientMask, rank: Int = 2, seed: UInt64 = 1) throws -> [Bool]
  {
    try mask.learns(weight, rank: rank, seed: seed)
  }

  @Test func `half of the entries are principal, half are small, and random ones are as many`()
    throws
  {
    for mask in [GradientMask.principal, .complement, .small, .random] {
      #expect(try Self.learns(mask).count { $0 } == 15, "\(mask)")
    }
    #expect(try Self.learns(.none).allSatisfy { $0 })
  }

  @Test func `principal entries are the largest of the best approximation of the rank`() throws {
    for rank in [1, 2, 5, 9] {
      let head = try SingularTriplets(of: Self.weight).leading(rank).reconstruction().values
      let learns = try Self.learns(.principal, rank: rank)
      let chosen = zip(head, learns).filter { $1 }.map { abs($0.0) }.min() ?? 0
      let others = zip(head, learns).filter { !$1 }.map { abs($0.0) }.max() ?? 1
      #expect(chosen >= others, "\(rank)")
    }
  }

  @Test func `small entries are the smallest of the weight`() throws {
    let learns = try Self.learns(.small)
    let chosen = zip(Self.weight.values, learns).filter { $1 }.map { abs($0.0) }.max() ?? 1
    let others = zip(Self.weight.values, learns).filter { !$1 }.map { abs($0.0) }.min() ?? 0
    #expect(chosen <= others)
  }

  @Test func `complement and union are made of the others`() throws {
    let (principal, small) = (try Self.learns(.principal), try Self.learns(.small))
    #expect(try Self.learns(.complement) == principal.map { !$0 })
    #expect(try Self.learns(.smallOrComplement) == zip(small, principal).map { $0 || !$1 })
  }

  @Test func `the seed chooses random entries and no others`() throws {
    #expect(try Self.learns(.random) == Self.learns(.random))
    #expect(try Self.learns(.random) != Self.learns(.random, seed: 2))
    #expect(try Self.learns(.small) == Self.learns(.small, seed: 2))
  }

  @Test func `equal entries are chosen in their order`() throws {
    let zeros = Matrix(rows: 2, columns: 3)
    for mask in [GradientMask.principal, .small] {
      #expect(try mask.learns(zeros, rank: 1, seed: 0) == [true, true, true, false, false, false])
    }
  }

  /// Decay moves every entry, Muon mixes them, and bfloat16 rounds them.
  @Test(arguments: masks, [0, 1, 2, 3])
  func `entries that do not learn do not move at all`(mask: GradientMask, kind: Int) throws {
    var options = TinyRuns.options()
    options.optimizer =
      [
        .adamW(AdamWOptions(decay: 0.1)), .sgd(momentum: 0.9, decay: 0.1),
        .muon(momentum: 0.9, decay: 0.1), .adamW(AdamWOptions(decay: 0.1)),
      ][kind]
    var stack = StackOptions()
    stack.gradientMask = mask
    if kind == 3 { stack.storage = .bfloat16 }
    let adapter = AdapterOptions(rank: 2, alpha: 4)
    let trainer = try TinyRuns.trainer("full", adapter, options, stack: stack)
    let before = trainer.policy.trained.map(\.values.values)
    for _ in 0..<3 { _ = try trainer.step() }
    var (moved, total) = (0, 0)
    for (index, parameter) in trainer.policy.trained.enumerated() {
      let after = parameter.values.values
      let slots = trainer.policy.base.layout.slots
      guard let slot = slots.firstIndex(where: { $0.name == parameter.name }),
        parameter.name.contains("_proj")
      else {
        #expect(after != before[index], "\(parameter.name)")
        continue
      }
      let learns = try mask.learns(
        Matrix(
          rows: parameter.values.rows, columns: parameter.values.columns,
          values: before[index].map(Double.init)), rank: 2, seed: DecoderLayout.seed(3, slot: slot))
      for place in learns.indices where !learns[place] {
        #expect(after[place] == before[index][place])
      }
      moved += learns.indices.count { after[$0] != before[index][$0] }
      total += learns.count
    }
    let density = try #require(trainer.policy.maskDensity)
    #expect(Double(moved) > 0.4 * density * Double(total))
    #expect(mask == .smallOrComplement ? density > 0.5 : abs(density - 0.5) < 0.01)
  }

  @Test func `the density is logged, and only with a mask`() throws {
    var stack = StackOptions()
    stack.gradientMask = .random
    let options = TinyRuns.options()
    let adapter = AdapterOptions(rank: 2, alpha: 4)
    let record = try TinyRuns.trainer("full", adapter, options, stack: stack).step()
    #expect(record["gradient_mask_density"] == 0.5)
    #expect(try TinyRuns.trainer("full", adapter, options).step()["gradient_mask_density"] == nil)
  }

  @Test(arguments: ["lora", "ia3", "ln-tuning"])
  func `other methods than full have no entries to mask`(key: String) throws {
    var stack = StackOptions()
    stack.gradientMask = .small
    let error = TrainingError.noGradientMask(method: key)
    #expect(throws: error) {
      try TinyRuns.trainer(
        key, AdapterOptions(rank: 2, alpha: 4), TinyRuns.options(), stack: stack)
    }
    #expect("\(error)".hasSuffix("--gradient-mask needs --adapter full"))
  }
}
