/// The question whether a text is in Unicode's normal form C.
///
/// **Source:** Unicode Standard Annex 15, section 9, "Detecting normalization forms".
enum NormalForm {
  /// Where the quick check does not say yes: a scalar that is never, or not everywhere, in form C,
  /// or a mark before one of lower class. Nil for text that is surely in form C.
  static func doubt(in text: String) -> (scalar: Unicode.Scalar, offset: Int)? {
    var lastClass: UInt8 = 0
    for (offset, scalar) in text.unicodeScalars.enumerated() {
      // Below U+0300 everything is composed and nothing combines.
      if scalar.value < 0x300 {
        lastClass = 0
        continue
      }
      let combining = scalar.properties.canonicalCombiningClass.rawValue
      if combining != 0 && combining < lastClass { return (scalar, offset) }
      if isDoubtful(scalar.value) { return (scalar, offset) }
      lastClass = combining
    }
    return nil
  }

  private static func isDoubtful(_ value: UInt32) -> Bool {
    var low = 0
    var high = doubtful.count
    while low < high {
      let middle = (low + high) / 2
      if doubtful[middle].upperBound < value { low = middle + 1 } else { high = middle }
    }
    return low < doubtful.count && doubtful[low].contains(value)
  }
}
