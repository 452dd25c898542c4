import Adapters
import LinearAlgebra

/// The curvature of the loss in the parameters of one module, such as the pair A and B of LoRA.
package struct ModuleCurvature: Sendable, Equatable {
  package let module: String
  /// The largest and the smallest eigenvalue of the module's block of the Hessian, in nats per token.
  package let largest: Double
  package let smallest: Double
  /// How many products with the Hessian were taken.
  package let steps: Int
}

extension LossCurvature {
  /// The ends of the spectrum of each module's block of the Hessian, the parameters of a module being one vector.
  ///
  /// Where one factor of a product is zero, as at LoRA's start, the block has no curvature in the other one and is
  /// indefinite: the two ends have opposite signs.
  ///
  /// **Source:** the published code of "Learning rate matters", 2026, arXiv 2602.04998: Lanczos with full
  /// re-orthogonalisation until the eigenvalue moves by less than 5·10⁻³ after at least 5 steps, at most 300. Here both
  /// ends must rest.
  package func modules(seed: UInt64 = 0) throws -> [ModuleCurvature] {
    try learner.policy.layers.map { try extremes(ofModule: $0.module.name, seed: seed) }
  }

  private static var tolerance: Double { 5e-3 }
  private static var stepRange: ClosedRange<Int> { 5...300 }

  private func extremes(ofModule name: String, seed: UInt64) throws -> ModuleCurvature {
    var (ranges, count) = ([Range<Int>](), 0)
    for parameter in learner.policy.trained {
      let range = count..<count + parameter.values.count
      if parameter.name.hasPrefix(name + ".") { ranges.append(range) }
      count = range.upperBound
    }
    func product(_ part: [Double]) -> [Double] {
      var (whole, rest) = ([Double](repeating: 0, count: count), part[...])
      for range in ranges {
        whole.replaceSubrange(range, with: rest.prefix(range.count))
        rest = rest.dropFirst(range.count)
      }
      let image = self.product(with: whole)
      return ranges.flatMap { image[$0] }
    }
    let size = ranges.reduce(0) { $0 + $1.count }
    var lanczos = Lanczos(count: size, seed: seed)
    var (steps, before) = (0, [Double.infinity, -.infinity])
    while true {
      lanczos.step(product)
      steps += 1
      let (smallest, largest) = try lanczos.extremes()
      let found = [smallest.value, largest.value]
      let rests = zip(found, before).allSatisfy { abs($0 - $1) < Self.tolerance }
      if lanczos.hasEnded || steps == min(size, Self.stepRange.upperBound)
        || rests && steps >= Self.stepRange.lowerBound
      {
        return ModuleCurvature(
          module: name, largest: largest.value, smallest: smallest.value, steps: steps)
      }
      before = found
    }
  }
}

extension Trainer {
  /// The curvature of each module at the current parameters, on demonstrations, without dropout.
  /// - Parameter count: How many demonstrations.
  package func moduleCurvatures(demonstrations count: Int = 64) throws -> [ModuleCurvature] {
    var generator = SplitMix64(seed: seeds.seed(.demonstrations, step: 0))
    return try LossCurvature(learner, on: demonstrations(count, using: &generator))
      .modules(seed: options.seed)
  }
}
