import ArgumentParser

/// A size in bytes: `512M`, `8G`, `1.5G`, or a plain number.
struct ByteCount: ExpressibleByArgument {
  let bytes: Int

  init(_ bytes: Int) { self.bytes = bytes }

  init?(argument: String) {
    let units: [Character: Double] = ["K": 0x1p10, "M": 0x1p20, "G": 0x1p30, "T": 0x1p40]
    var number = argument.uppercased()
    if number.hasSuffix("B") { number.removeLast() }
    let factor = number.last.flatMap { units[$0] }
    if factor != nil { number.removeLast() }
    guard let value = Double(number), value > 0, value * (factor ?? 1) < 1e18 else { return nil }
    bytes = Int(value * (factor ?? 1))
  }

  var defaultValueDescription: String {
    bytes % (1 << 30) == 0 ? "\(bytes >> 30)G" : "\(bytes)"
  }
}
