import Foundation

/// How many keys a method stores half of: a number, or that it lies below or above all that were asked for.
struct StorageCapacity: Equatable {
  /// At least so many; 0 if it is below the smallest number that was asked for.
  let lower: Double
  /// At most so many; infinite if it is above the largest number.
  let upper: Double

  private static let half = 0.5
  /// Capacities that differ by less are not told apart.
  private static let leastFactor = 1.25

  /// The capacity by the shares that are stored of several numbers of keys.
  ///
  /// It lies where the share first falls below one half, interpolated in the logarithm of the number of keys.
  /// - Parameter points: Numbers of keys, ascending, with the stored share of each; at least one.
  init(_ points: [(keys: Int, share: Double)]) {
    precondition(!points.isEmpty, "a capacity needs a number of keys")
    guard let first = points.firstIndex(where: { !($0.share >= Self.half) }) else {
      (lower, upper) = (Double(points[points.count - 1].keys), .infinity)
      return
    }
    let (keys, share) = (Double(points[first].keys), points[first].share)
    guard first > 0 else {
      (lower, upper) = (0, keys)
      return
    }
    let (fewer, larger) = (Double(points[first - 1].keys), points[first - 1].share)
    let found = fewer * pow(keys / fewer, (larger - Self.half) / (larger - share))
    (lower, upper) = (found, found)
  }

  /// The number itself; nil if it lies outside what was asked for.
  var measured: Double? { lower == upper ? lower : nil }

  /// Whether this capacity is smaller by more than noise may make it, by its estimate.
  func isBelow(_ other: StorageCapacity) -> Bool { Self.leastFactor * upper <= other.lower }

  var words: String {
    measured.map { "\(Int($0.rounded()))" }
      ?? (upper.isFinite ? "below \(Int(upper))" : "above \(Int(lower))")
  }
}
