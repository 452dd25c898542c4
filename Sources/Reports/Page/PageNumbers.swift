import Documents
import Foundation
import Spectra

/// Energies relative to chance, in at most 25 bins.
struct ShownProjection {
  var base: [Double] = [], right: [Double] = [], left: [Double] = []

  init(_ bins: [ProjectionBin]) {
    let width = (bins.count + 24) / 25
    for start in stride(from: 0, to: bins.count, by: max(1, width)) {
      let group = bins[start..<min(start + width, bins.count)]
      func sum(_ column: KeyPath<ProjectionBin, Double>) -> Double {
        group.reduce(0) { $0 + $1[keyPath: column] }
      }
      base.append(sum(\.baseEnergy) / sum(\.nullEnergyRight))
      right.append(sum(\.updateEnergyRight) / sum(\.nullEnergyRight))
      left.append(sum(\.updateEnergyLeft) / sum(\.nullEnergyLeft))
    }
  }
}

/// Which singular values a curve needs: at most 40, evenly spread on a logarithmic axis.
enum SpectrumIndices {
  private static let most = 40

  /// Indices counted from zero, ascending, with the first and the last.
  static func of(_ count: Int) -> [Int] {
    guard count > most else { return Array(0..<count) }
    var indices = [0]
    for place in 1..<most {
      // The next in the row of equal ratios, if it is a new one.
      let last = indices[indices.count - 1]
      let ratio = Double(count) / Double(last + 1)
      let next = Double(last + 1) * pow(ratio, 1 / Double(most - place))
      indices.append(min(count - 1, max(last + 1, Int(next.rounded()) - 1)))
    }
    return indices
  }
}

/// Values in the order of their first use, each once; equal values have equal keys.
struct Interned<Value> {
  private(set) var keys: [String] = []
  private(set) var values: [Value] = []
  private var places: [String: Int] = [:]

  mutating func index(of key: String, _ value: Value) -> Int {
    if let place = places[key] { return place }
    places[key] = values.count
    keys.append(key)
    values.append(value)
    return values.count - 1
  }
}

extension JSONValue {
  /// A number with four digits; null where there is none that JSON knows.
  static func rounded(_ value: Double?) -> JSONValue {
    guard let value, value.isFinite else { return .null }
    guard value.magnitude > 1e-290, value.magnitude < 1e290 else { return .number(value) }
    // Powers of ten up to 10^22 are exact, so that a quotient is the double nearest to the decimal fraction.
    let places = 3 - Int(log10(value.magnitude).rounded(.down))
    let power = pow(10, Double(abs(places)))
    return .number(
      places >= 0 ? (value * power).rounded() / power : (value / power).rounded() * power)
  }
}
