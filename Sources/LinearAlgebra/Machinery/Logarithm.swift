#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The natural logarithm of Gaussian numbers.
func logarithm(_ value: Double) -> Double { log(value) }
