#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The natural logarithm and the exponential, spelled once so that no metric imports the C library.
func naturalLogarithm(_ value: Double) -> Double { log(value) }
func exponential(_ value: Double) -> Double { exp(value) }
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
