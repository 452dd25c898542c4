import Checkpoints
import LinearAlgebra

/// How a merged weight becomes numbers of its type.
package enum MergeRounding: Sendable, Equatable {
  /// To the nearest, ties to even, in the order of PEFT's operations.
  case nearest
  /// To one of the two neighbours, with the probability that keeps the mean. An update below the spacing of the type then
  /// survives on average.
  case stochastic(seed: UInt64)

  /// A name for people and scripts.
  package var words: String {
    switch self {
    case .nearest: "to the nearest"
    case .stochastic(let seed): "stochastic, seed \(seed)"
    }
  }
}

extension DataType {
  /// Each value replaced by one of its two neighbours in this type, the nearer one with the greater probability.
  func roundStochastically(_ values: [Double], using generator: inout SplitMix64) -> [Double] {
    if self == .float64 { return values }
    let nearest = rounded(values)
    return values.indices.map { index in
      let value = values[index]
      // One number is drawn for each entry, so that the same entries get the same numbers whatever the others are.
      let draw = generator.nextUniform()
      guard value.isFinite, nearest[index].isFinite, value != nearest[index] else {
        return nearest[index]
      }
      let step = spacing(at: value)
      let lower = (value / step).rounded(.down) * step
      return draw < (value - lower) / step ? lower + step : lower
    }
  }
}

extension SplitMix64 {
  /// A generator of its own for a part of something that has a name, whatever the order of work.
  init(seed: UInt64, name: String, part: Int) {
    // The hash of Fowler, Noll and Vo, which does not change from run to run.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    var mixed = SplitMix64(seed: seed ^ hash)
    self.init(seed: mixed.next() &+ UInt64(part))
  }
}
