/// Calls `body` with the buffers of three arrays of equal length.
///
/// The length is checked once, so that a loop over panels need not check the bounds of each element.
func withEqualCounts<Result>(
  _ first: [Double], _ second: [Double], _ third: [Double],
  _ body: (
    UnsafeBufferPointer<Double>, UnsafeBufferPointer<Double>, UnsafeBufferPointer<Double>
  ) -> Result
) -> Result {
  precondition(
    first.count == second.count && first.count == third.count, "panels of different lengths")
  return unsafe first.withUnsafeBufferPointer { first in
    unsafe second.withUnsafeBufferPointer { second in
      unsafe third.withUnsafeBufferPointer { third in unsafe body(first, second, third) }
    }
  }
}

extension [Double] {
  /// Adds another panel, entry by entry.
  mutating func add(_ other: [Double]) {
    precondition(count == other.count, "panels of different lengths")
    unsafe withUnsafeMutableBufferPointer { sum in
      unsafe other.withUnsafeBufferPointer { other in
        for index in sum.indices { unsafe sum[index] += other[index] }
      }
    }
  }

  /// Subtracts another panel, entry by entry.
  mutating func subtract(_ other: [Double]) {
    precondition(count == other.count, "panels of different lengths")
    unsafe withUnsafeMutableBufferPointer { sum in
      unsafe other.withUnsafeBufferPointer { other in
        for index in sum.indices { unsafe sum[index] -= other[index] }
      }
    }
  }

  /// Adds three arrays, entry by entry.
  mutating func addSums(_ first: [Double], _ second: [Double], _ third: [Double]) {
    precondition(count == first.count, "panels of different lengths")
    unsafe withUnsafeMutableBufferPointer { sum in
      unsafe withEqualCounts(first, second, third) { first, second, third in
        for index in sum.indices {
          unsafe sum[index] += first[index] + second[index] + third[index]
        }
      }
    }
  }
}
