import LinearAlgebra

/// How many bits of the fraction the numbers of an adapter use, if a type of 16 bits holds them all. Files in Float32 often
/// do not use more: PEFT makes the factors of a 16-bit base in its type and saves them in a wider one.
enum StoredFraction: Int {
  case bfloat16 = 7
  case float16 = 10

  /// Nil for numbers that need more bits.
  init?(of values: [Double]) {
    var bits = 0
    for value in values where value != 0 {
      let used = Double.significandBitCount - value.significandBitPattern.trailingZeroBitCount
      guard used <= Self.float16.rawValue else { return nil }
      bits = max(bits, used)
    }
    self = bits <= Self.bfloat16.rawValue ? .bfloat16 : .float16
  }

  /// The largest relative error of a number that was rounded to nearest.
  var unitRoundoff: Double { Double(sign: .plus, exponent: -rawValue - 1, significand: 1) }

  /// The variance of the error of a rounded number: ulp²/12.
  func variance(of value: Double) -> Double {
    guard value != 0, value.isFinite else { return 0 }
    let ulp = Double(sign: .plus, exponent: Int(value.exponent) - rawValue, significand: 1)
    return ulp * ulp / 12
  }
}

extension FactorPair {
  /// The expected ‖·‖_F of what rounding to 16 bits did to BA; 0 if the factors have more bits.
  ///
  /// Errors of entries are independent, so that their variances add up: Σₖ ‖aₖ‖² var(bₖ) + ‖bₖ‖² var(aₖ).
  var roundingTo16Bits: Double {
    guard let stored = StoredFraction(of: input.values + output.values) else { return 0 }
    var sum = 0.0
    for k in 0..<input.rows {
      var (rowSquares, rowVariance) = (0.0, 0.0)
      for column in 0..<input.columns {
        rowSquares += input[k, column] * input[k, column]
        rowVariance += stored.variance(of: input[k, column])
      }
      for row in 0..<output.rows {
        sum += rowSquares * stored.variance(of: output[row, k])
        sum += rowVariance * output[row, k] * output[row, k]
      }
    }
    return sum.squareRoot()
  }
}
