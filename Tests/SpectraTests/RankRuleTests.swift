import LinearAlgebra
import Spectra
import Testing

@Suite("Rules of rank") struct RankRuleTests {
  /// 8, 4, 2, 1 of a matrix 6 × 4: Σ s = 15, Σ s² = 85.
  private let spectrum = Spectrum(values: [8, 4, 2, 1], rows: 6, columns: 4)

  @Test(arguments: [
    (CountRule.name, 3.0, 3), (CountRule.name, 9, 4), (ExactRule.name, 0, 4),
    // 64 / 85 = 0.753, 80 / 85 = 0.941, 84 / 85 = 0.988
    (EnergyRule.name, 0.75, 1), (EnergyRule.name, 0.76, 2), (EnergyRule.name, 0.95, 3),
    (EnergyRule.name, 1, 4), (EnergyRule.name, 0, 1),
    // 8 / 15 = 0.533, 12 / 15 = 0.8, 14 / 15 = 0.933
    (SingularValueSumRule.name, 0.5, 1), (SingularValueSumRule.name, 0.8, 2),
    (SingularValueSumRule.name, 0.81, 3),
    // √0.753 = 0.868, √0.941 = 0.970
    (FrobeniusRule.name, 0.86, 1), (FrobeniusRule.name, 0.9, 2), (FrobeniusRule.name, 0.98, 3),
    (RatioRule.name, 1, 1), (RatioRule.name, 3, 2), (RatioRule.name, 8.5, 4),
    (AbsoluteThresholdRule.name, 2, 2), (AbsoluteThresholdRule.name, 9, 0),
    (RelativeThresholdRule.name, 0.2, 3), (RelativeThresholdRule.name, 1, 1),
    // Without a bulk: everything, and 99 % of the energy.
    (MarchenkoPasturRule.name, 0, 4), (GavishDonohoRule.name, 0, 4), (AutomaticRule.name, 0, 4),
  ])
  func `a rule counts what its definition says`(name: String, number: Double, rank: Int) throws {
    let type = try #require(RankRules.all.first { $0.name == name })
    #expect(type.init(number).ranks(of: [spectrum]) == [rank])
  }

  /// Ranks that kohya's `rank_resize` gives for 0.8ⁱ, i < 32 (`Tests/Python/kohya_ranks.py`, torch 2.13).
  @Test(arguments: [
    (SingularValueSumRule.name, 0.3, 2),
    (SingularValueSumRule.name, 0.5, 4),
    (SingularValueSumRule.name, 0.9, 11),
    (SingularValueSumRule.name, 0.95, 14),
    (SingularValueSumRule.name, 0.99, 21),
    (FrobeniusRule.name, 0.3, 1),
    (FrobeniusRule.name, 0.5, 1),
    (FrobeniusRule.name, 0.9, 4),
    (FrobeniusRule.name, 0.95, 6),
    (FrobeniusRule.name, 0.99, 9),
    (RatioRule.name, 1.5, 2),
    (RatioRule.name, 2, 4),
    (RatioRule.name, 5, 8),
    (RatioRule.name, 10, 11),
    (RatioRule.name, 100, 21),
  ])
  func `kohya's rules give the ranks of its script`(name: String, number: Double, rank: Int) throws
  {
    let values = (0..<32).map { index in (0..<index).reduce(1.0) { product, _ in product * 0.8 } }
    let type = try #require(RankRules.all.first { $0.name == name })
    #expect(
      type.init(number).ranks(of: [Spectrum(values: values, rows: 64, columns: 32)]) == [rank])
  }

  @Test(arguments: RankRules.all.map { $0.name })
  func `a zero update has no rank`(name: String) throws {
    let type = try #require(RankRules.all.first { $0.name == name })
    let zero = Spectrum(values: [], rows: 6, columns: 4)
    #expect(type.init(type.number == nil ? 0 : 1).ranks(of: [zero, zero]) == [0, 0])
  }

  @Test func `a number outside of the range of a rule is refused`() throws {
    let share = try #require(EnergyRule.number)
    #expect(share.allows(0.5) && !share.allows(1.5) && !share.allows(.nan))
    let count = try #require(CountRule.number)
    #expect(count.allows(4) && !count.allows(0) && !count.allows(2.5))
  }

  @Test func `spikes that were planted in noise are found, and no others`() throws {
    var generator = SplitMix64(seed: 5)
    let (rows, columns) = (120, 80)
    let noise = generator.gaussianMatrix(rows: rows, columns: columns)
    let left = generator.orthonormalFrame(rows: rows, columns: 3)
    let right = generator.orthonormalFrame(rows: columns, columns: 3)
    // The edge of the noise is √120 + √80 = 19.9.
    let signal = left.scalingColumns(by: [90, 60, 40]) * right.transposed()
    let form = UpdateForm(.dense(noise + signal))
    let spectrum = try form.spectrum(base: nil)
    for rule in [MarchenkoPasturRule.name, GavishDonohoRule.name, AutomaticRule.name] {
      let type = try #require(RankRules.all.first { $0.name == rule })
      #expect(type.init(0).ranks(of: [spectrum]) == [3], "\(rule)")
    }
  }

  @Test func `a budget takes the directions that are worth most for their parameters`() {
    let small = Spectrum(values: [3, 1], rows: 2, columns: 2)
    let large = Spectrum(values: [4, 3.9, 0.1], rows: 10, columns: 10)
    // Gains: 9/4, 1/4 of the small one; 16/20, 15.2/20, 0.01/20 of the large one.
    #expect(BudgetRule(3).ranks(of: [small, large]) == [0, 0])
    #expect(BudgetRule(24).ranks(of: [small, large]) == [1, 1])
    #expect(BudgetRule(44).ranks(of: [small, large]) == [1, 2])
    #expect(BudgetRule(1000).ranks(of: [small, large]) == [2, 3])
    // The second direction of the large one does not fit, and what is cheaper does.
    #expect(BudgetRule(28).ranks(of: [small, large]) == [2, 1])
  }

  @Test func `updates that are stored with one rank share a budget by their common directions`() {
    let first = Spectrum(values: [3, 1], rows: 2, columns: 2)
    let second = Spectrum(values: [2], rows: 2, columns: 2)
    let other = Spectrum(values: [2], rows: 2, columns: 2)
    // A direction of the pair takes 8 and holds 9 + 4, then 1; one of the other takes 4 and holds 4.
    let groups = [RankGroup(members: [0, 1], cost: 8), RankGroup(members: [2], cost: 4)]
    let ranks = { (budget: Double) in
      BudgetRule(budget).ranks(of: [first, second, other], in: groups)
    }
    #expect(ranks(7) == [0, 0, 1])
    #expect(ranks(8) == [1, 1, 0])
    #expect(ranks(12) == [1, 1, 1])
    #expect(ranks(19) == [1, 1, 1])
    #expect(ranks(20) == [2, 1, 1])
  }

  @Test(arguments: [(9, 5), (5, 9), (6, 6), (1, 4), (4, 1)])
  func `the factors of a rank lose what the other singular values hold, and no more`(
    rows: Int, columns: Int
  ) throws {
    var generator = SplitMix64(seed: 11)
    let matrix = generator.gaussianMatrix(rows: rows, columns: columns)
    let values = try matrix.singularValues()
    for rank in 0...min(rows, columns) {
      let truncated = try UpdateForm(.dense(matrix)).truncated(base: nil) { _ in rank }
      #expect(truncated.rank == rank)
      let lost = (matrix - truncated.left * truncated.right).frobeniusNorm()
      let tail = values.dropFirst(rank).reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(abs(lost - tail) < 1e-13 * Double(rows * columns) * (values.first ?? 1))
    }
  }

  @Test func `thin factors are cut without multiplying them out`() throws {
    var generator = SplitMix64(seed: 12)
    let left = generator.gaussianMatrix(rows: 30, columns: 4)
    let right = generator.gaussianMatrix(rows: 4, columns: 20)
    let values = try (left * right).singularValues()
    let form = UpdateForm(.factored(left: left, right: right))
    let spectrum = try form.spectrum(base: nil)
    #expect(zip(spectrum.values, values).allSatisfy { abs($0 - $1) < 1e-12 * values[0] })
    let truncated = try form.truncated(base: nil) { _ in 2 }
    let lost = (left * right - truncated.left * truncated.right).frobeniusNorm()
    let tail = (values[2] * values[2] + values[3] * values[3]).squareRoot()
    #expect(abs(lost - tail) < 1e-12 * values[0])
    // Balanced: both factors have the same norms, direction by direction.
    let gram = truncated.left.gram() - truncated.right.transposed().gram()
    #expect(gram.frobeniusNorm() < 1e-12 * values[0])
  }
}
