import LinearAlgebra

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Spectrum {
  /// The smallest k such that the first k values hold this share of the energy.
  func rank(holding share: Double) -> Int {
    let wanted = share * energy
    var sum = 0.0
    for (index, value) in values.enumerated() {
      sum += value * value
      if sum >= wanted { return index + 1 }
    }
    return values.count
  }

  /// The positive eigenvalues s² that are above rounding, largest first.
  var eigenvalues: [Double] {
    let tolerance = tolerance
    return values.prefix { $0 > tolerance }.map { $0 * $0 }
  }

  /// The power law that fits the tail of the eigenvalues best.
  var powerLaw: PowerLawFit? { PowerLawFit(to: eigenvalues) }
}

/// −Σ q ln q over the positive shares, in nats.
func entropy(_ shares: some Sequence<Double>) -> Double {
  shares.reduce(0) { $0 - ($1 > 0 ? $1 * naturalLogarithm($1) : 0) }
}

/// A ratio; nil if the denominator is zero.
func ratio(_ numerator: Double, _ denominator: Double) -> Double? {
  denominator == 0 ? nil : numerator / denominator
}

/// The natural logarithm and the exponential, defined once so that no metric imports the C library.
func naturalLogarithm(_ value: Double) -> Double { log(value) }
func exponential(_ value: Double) -> Double { exp(value) }
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
