#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The natural logarithm, spelled once so that no other file here imports the C library.
func logarithm(_ value: Double) -> Double { log(value) }
