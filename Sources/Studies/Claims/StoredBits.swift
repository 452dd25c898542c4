import Diagnosis
import LinearAlgebra

/// Claim 38: how many bits a method can store.
package enum CapacityGrowsWithParameters: Claim {
  package static let number = 38
  package static let statement =
    "On a task that stores bits, how many a method can store grows with the parameters that it trains."
  package static let source =
    "this project, the question behind claim 4 (Yin et al., 2025, arXiv 2512.23165)"
  package static let reported = """
    Of claim 4: rank 1 40.5, VeRA 40.7, the base model 40.5, rank 16 43.9; how many bits the tasks ask to be stored \
    is not known.
    """
  package static let rule = """
    Runs of the task lookup that differ from the common one only in method, rank, learning rate and number of keys. At each \
    number of keys a method takes its best rate of those with at least 3 seeds. The stored share is that of greedy answers at the \
    end, (accuracy − 1/4) / (3/4): a key is stored if its symbol is the most likely one. A run that failed stores none. \
    The capacity of a method, for each seed, is the number of keys at which the share first falls below one half, interpolated \
    in its logarithm; it may lie below the smallest number or above the largest. Compared are methods whose numbers of trained \
    parameters differ at least by a factor of 1.5 and whose capacities differ at least by a factor of 1.25, as far as they are known. \
    Reproduced if in each of at least 3 seeds at least 3 pairs can be told apart, and in all of them the one with more \
    parameters has the larger capacity; not reproduced if a pair is reversed in every seed. The bits that are stored by a \
    trained parameter at the capacity (2 bits × keys × 1/2) are shown aside.
    """

  /// What tells two numbers of trained parameters apart.
  private static let leastFactor = 1.5
  private static let fewestPairs = 3

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let methods = StoringMethod.all(in: study).filter {
      $0.capacities.count >= MarginTest.fewestSeeds
    }
    let seeds = methods.dropFirst()
      .reduce(Set(methods.first?.capacities.keys.map(\.self) ?? [])) {
        $0.intersection($1.capacities.keys)
      }.sorted()
    let pairs = methods.indices.flatMap { larger in
      methods[..<larger].filter {
        Double(methods[larger].parameters) >= leastFactor * Double($0.parameters)
      }.map { (fewer: $0, more: methods[larger]) }
    }
    guard pairs.count >= fewestPairs, seeds.count >= MarginTest.fewestSeeds else {
      return .missing(
        "\(fewestPairs) pairs of methods of different size that were run on the task lookup with the same "
          + "\(MarginTest.fewestSeeds) seeds at two numbers of keys (task option keys)")
    }
    // For each seed and pair 1 if the method with more parameters stores more, −1 if it stores less, 0 if that is open.
    let orders = seeds.map { seed in pairs.map { $0.more.order(over: $0.fewer, seed: seed) } }
    let isOrdered = orders.allSatisfy { order in
      !order.contains(-1) && order.count { $0 == 1 } >= fewestPairs
    }
    let isReversed = pairs.indices.contains { pair in orders.allSatisfy { $0[pair] == -1 } }
    let told = orders.joined().count { $0 != 0 }
    let concordant = orders.joined().count { $0 == 1 }
    return ClaimFinding(
      isReversed ? .notReproduced : isOrdered ? .reproduced : .undecided,
      "Keys of which half is stored, for each seed: "
        + methods.map { $0.words(of: seeds) }.joined(separator: "; ")
        + ". Of \(pairs.count) pairs in \(seeds.count) seeds \(told) can be told apart, and \(concordant) of them are in the order "
        + "of trained parameters.",
      evidence: evidence(of: methods, concordant: concordant, told: told, seeds: seeds.count))
  }

  private static func evidence(
    of methods: [StoringMethod], concordant: Int, told: Int, seeds: Int
  ) -> [ClaimEvidence] {
    let order =
      told == 0
      ? []
      : [
        ClaimEvidence(
          "share of the pairs that are in the order of trained parameters",
          value: Double(concordant) / Double(told), count: seeds)
      ]
    return order
      + methods.compactMap { method in
        let found = method.capacities.values.compactMap(\.measured).sorted()
        // Two bits a key, of half of the keys.
        return SampleMoments.mean(of: found).map {
          ClaimEvidence(
            "bits stored by a trained parameter, \(method.name)",
            value: $0 / Double(method.parameters), count: found.count)
        }
      }
  }
}

/// What a method stores, by its runs at several numbers of keys.
private struct StoringMethod {
  let name: String
  let parameters: Int
  /// For each seed that has a run at the best rate of every number of keys.
  let capacities: [Int: StorageCapacity]

  /// The option of the task that says how many keys are asked for.
  private static let option = "keys"
  /// The accuracy of an answer drawn from the four.
  private static let chance = 0.25

  /// The methods that were run at two numbers of keys or more, by their trained parameters, ascending.
  static func all(in study: StudyResults) -> [StoringMethod] {
    let common = study.common.leaving(taskOption: option)
    let runs = study.runs.filter {
      $0.factors.task == "lookup" && $0.factors.leaving(taskOption: option).isMethod(like: common)
    }
    return Dictionary(grouping: runs) { $0.factors.withoutRate.leaving(taskOption: option) }
      .compactMap { factors, runs in
        let rank = factors.rank.flatMap { $0 == common.rank ? nil : ", rank \($0)" } ?? ""
        return StoringMethod(name: factors.adapter + rank, runs: runs)
      }
      .sorted { ($0.parameters, $0.name) < ($1.parameters, $1.name) }
  }

  private init?(name: String, runs: [StudyRun]) {
    let sizes = Dictionary(grouping: runs) { run in
      run.factors.taskOption(Self.option).flatMap { Int($0) }
    }
    let points = sizes.compactMap { keys, runs in
      keys.flatMap { keys in
        StudyResults.bestRate(of: runs, by: Self.stored).map {
          (keys: keys, shares: runs.at(rate: $0).bySeed(Self.stored))
        }
      }
    }.sorted { $0.keys < $1.keys }
    guard points.count > 1, let parameters = runs.lazy.compactMap(\.trainedParameters).first else {
      return nil
    }
    self.name = name
    self.parameters = parameters
    capacities = points[0].shares.keys.reduce(into: [:]) { found, seed in
      let shares = points.compactMap { point in
        point.shares[seed].map { (keys: point.keys, share: $0) }
      }
      if shares.count == points.count { found[seed] = StorageCapacity(shares) }
    }
  }

  /// The share of the keys whose symbol a run answers greedily at its end, beyond chance; 0 if it failed.
  private static func stored(_ run: StudyRun) -> Double? {
    if run.failure != nil { return 0 }
    return run.curves["eval_greedy_accuracy"]?.last.map { ($0.value - chance) / (1 - chance) }
  }

  /// 1 if this method stores more than another with a seed, −1 if it stores less, 0 if that is open.
  func order(over other: StoringMethod, seed: Int) -> Int {
    guard let own = capacities[seed], let its = other.capacities[seed] else { return 0 }
    return its.isBelow(own) ? 1 : own.isBelow(its) ? -1 : 0
  }

  func words(of seeds: [Int]) -> String {
    "\(name) (\(parameters) parameters) "
      + seeds.compactMap { capacities[$0]?.words }.joined(separator: ", ")
  }
}
