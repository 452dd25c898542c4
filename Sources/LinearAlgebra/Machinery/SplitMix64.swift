#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A small generator of random numbers whose whole state is its seed: the same seed gives the same
/// numbers on every machine.
///
/// **Source:** Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64
  private var spareGaussian: Double?

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A uniform number in [0, 1) with 53 random bits.
  public mutating func nextUniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A uniform whole number in 0 ..< `bound`, the same with every version of the standard library.
  public mutating func nextIndex(below bound: Int) -> Int {
    // The bias is below bound / 2^64, too small for any sample to show.
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Puts values into a random order, the same with every version of the standard library (Fisher and Yates).
  package mutating func shuffle<Value>(_ values: inout [Value]) {
    for place in stride(from: values.count - 1, to: 0, by: -1) {
      values.swapAt(place, nextIndex(below: place + 1))
    }
  }

  /// A standard normal number, by the polar method (Marsaglia and Bray 1964).
  public mutating func nextGaussian() -> Double {
    if let spare = spareGaussian {
      spareGaussian = nil
      return spare
    }
    while true {
      let x = 2 * nextUniform() - 1
      let y = 2 * nextUniform() - 1
      let square = x * x + y * y
      guard square > 0, square < 1 else { continue }
      let factor = (-2 * log(square) / square).squareRoot()
      spareGaussian = y * factor
      return x * factor
    }
  }

  /// A rows × columns matrix of independent standard normal numbers.
  public mutating func gaussianMatrix(rows: Int, columns: Int) -> Matrix {
    var matrix = Matrix(rows: rows, columns: columns)
    for index in matrix.values.indices { matrix.values[index] = nextGaussian() }
    return matrix
  }

  /// A rows × columns matrix of independent numbers, uniform in ±`bound`.
  package mutating func uniformMatrix(rows: Int, columns: Int, bound: Double) -> Matrix {
    var matrix = Matrix(rows: rows, columns: columns)
    for index in matrix.values.indices {
      matrix.values[index] = bound * (2 * nextUniform() - 1)
    }
    return matrix
  }

  /// `columns` orthonormal columns of `rows` entries, uniformly distributed (Haar).
  ///
  /// Differs from a bare QR: the signs of R's diagonal are moved into Q. Without this step the distribution
  /// is not uniform (Mezzadri, "How to generate random matrices from the classical compact groups", Notices
  /// of the AMS 54, 2007).
  public mutating func orthonormalFrame(rows: Int, columns: Int) -> Matrix {
    precondition(columns <= rows, "a frame has no more columns than rows")
    guard let factors = try? QRFactors(of: gaussianMatrix(rows: rows, columns: columns)) else {
      preconditionFailure("normal numbers are finite")
    }
    var frame = factors.q
    for column in 0..<columns where factors.r[column, column] < 0 {
      for row in 0..<rows { frame[row, column] = -frame[row, column] }
    }
    return frame
  }
}
