import Experiments
import LinearAlgebra
import Systems
import Testing
import Training

@Suite("Federation") struct FederationTests {
  private static func examiner() throws -> Examiner {
    let (_, tokenizer) = try SystemScratch.base().decoder()
    var options = TaskOptions()
    options.noise = 0
    options.order = .reversed
    return try Examiner(
      task: try TaskRegistry.task(named: "addition", options: options), tokenizer: tokenizer)
  }

  private static func clients() throws -> [ClientData] {
    var generator = SplitMix64(seed: 4)
    return try ClientData.split(
      among: 3, samples: 40, concentration: 0.5, try examiner(), using: &generator)
  }

  private static func clientFactors(shared: Bool) -> [FactorValues] {
    var generator = SplitMix64(seed: 2)
    let input = generator.gaussianMatrix(rows: 2, columns: 6)
    return (0..<3).map { _ in
      FactorValues(
        input: shared ? input : generator.gaussianMatrix(rows: 2, columns: 6),
        output: generator.gaussianMatrix(rows: 5, columns: 2))
    }
  }

  private static func mean(_ products: [Matrix]) -> Matrix {
    1 / Double(products.count) * products.dropFirst().reduce(products[0], +)
  }

  @Test func `the mean of factors is exact if one of them is shared, and not if both differ`()
    throws
  {
    for isShared in [true, false] {
      let clients = Self.clientFactors(shared: isShared)
      let gap =
        try FederatedRule.averaged.merged(clients).product - Self.mean(clients.map(\.product))
      #expect((gap.frobeniusNorm() < 1e-12) == isShared)
    }
  }

  @Test func `decomposed products are the best of that rank`() throws {
    let clients = Self.clientFactors(shared: false)
    let merged = try FederatedRule.decomposed.merged(clients)
    #expect(merged.input.rows == 2)
    let best = try SingularTriplets(of: Self.mean(clients.map(\.product))).leading(2)
    #expect((merged.product - best.reconstruction()).frobeniusNorm() < 1e-12)
  }

  @Test(arguments: FederatedRule.allCases)
  func `only what a rule trains changes in a round`(rule: FederatedRule) throws {
    let (model, _) = try SystemScratch.base().decoder()
    let policy = try SupervisedPolicy.lora(on: model, rank: 2, seed: 0, positions: 32)
    let federation = Federation(
      policy, rule, try Self.clients(), .init(localSteps: 2, batch: 4, rate: 1e-2, seed: 1))
    for round in 1...2 {
      let before = policy.factors.map { ($0.input.matrix, $0.output.matrix) }
      let found = try federation.round()
      let trained = rule.trained(in: round)
      for (factors, old) in zip(policy.factors, before) {
        #expect((factors.input.matrix == old.0) == !trained.input)
        #expect((factors.output.matrix == old.1) == !trained.output)
      }
      #expect((0...1.000001).contains(found.overlap))
      if rule == .rolora || rule == .frozen { #expect(found.averagingError < 1e-6) }
      if rule == .averaged { #expect(found.averagingError > 1e-4) }
    }
  }

  @Test func `a small concentration gives clients unlike kinds, a large one like kinds`() {
    var generator = SplitMix64(seed: 0)
    func largest(_ concentration: Double) -> Double {
      let shares = (0..<200).map { _ in
        ClientData.dirichlet(10, concentration, using: &generator)
      }
      for share in shares { #expect(abs(share.reduce(0, +) - 1) < 1e-12) }
      return shares.map { $0.max() ?? 0 }.reduce(0, +) / 200
    }
    #expect(largest(0.01) > 0.9)
    #expect(largest(1000) < 0.12)
    // The mean of the largest of ten uniform spacings is H₁₀/10.
    #expect(abs(largest(1) - 0.2929) < 0.02)
  }

  @Test func `each client has its number of demonstrations, in the shares that are noted`() throws {
    let clients = try Self.clients()
    #expect(clients.count == 3)
    for client in clients {
      #expect(client.demonstrations.count == 40)
      #expect(abs(client.shares.values.reduce(0, +) - 1) < 1e-12)
      for (kind, share) in client.shares {
        let own = client.demonstrations.count { $0.prompt[0] == Int32(String(kind)) }
        #expect(abs(Double(own) / 40 - share) < 1e-12)
      }
    }
  }
}
