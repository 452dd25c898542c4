import Checkpoints
import Testing

@Suite("Rounding to stored types") struct RoundingTests {
  private static let types: [DataType] = [.bfloat16, .float16, .float8E4M3, .float8E5M2]

  private func rounded(_ values: [Double], to type: DataType) -> [Double] {
    var values = values
    type.round(&values)
    return values
  }

  /// All finite values of a type, ascending, without the negative zero.
  private func finiteValues(of type: DataType) -> [Double] {
    let count = 1 << type.bitWidth
    let bytes = (0..<count).flatMap { UInt16($0).bytes.prefix(type.bitWidth / 8) }
    var values = [Double](repeating: 0, count: count)
    unsafe bytes.withUnsafeBytes { source in
      unsafe values.withUnsafeMutableBufferPointer { unsafe type.decode(source, into: $0) }
    }
    return Set(values.filter(\.isFinite)).sorted()
  }

  @Test(arguments: types)
  func `a value of the type is not moved`(type: DataType) {
    let values = finiteValues(of: type)
    #expect(rounded(values, to: type) == values)
  }

  @Test(arguments: types)
  func `a value between two neighbours goes to the nearer one`(type: DataType) {
    let values = finiteValues(of: type)
    let pairs = zip(values, values.dropFirst())
    #expect(rounded(pairs.map { $0 + ($1 - $0) * 0.25 }, to: type) == pairs.map(\.0))
    #expect(rounded(pairs.map { $0 + ($1 - $0) * 0.75 }, to: type) == pairs.map(\.1))
  }

  @Test(arguments: types)
  func `a tie goes to the even pattern`(type: DataType) {
    // From zero upwards, the bit patterns alternate between even and odd.
    let values = finiteValues(of: type).filter { $0 >= 0 }
    let ties = zip(values, values.dropFirst()).map { ($0 + $1) / 2 }
    let expected = ties.indices.map { $0 % 2 == 0 ? values[$0] : values[$0 + 1] }
    #expect(rounded(ties, to: type) == expected)
  }

  @Test(arguments: [(DataType.float16, 65520.0), (.float8E5M2, 61440.0), (.bfloat16, 3.4e38 * 2)])
  func `beyond the largest value is infinity`(type: DataType, value: Double) {
    #expect(rounded([value, -value], to: type) == [.infinity, -.infinity])
  }

  @Test func `E4M3 has no infinity, so what is too large is the largest value`() {
    #expect(rounded([464], to: .float8E4M3) == [448])
    #expect(rounded([465, 1e30, -.infinity], to: .float8E4M3) == [448, 448, -448])
  }

  @Test(arguments: types + [.float32])
  func `NaN stays NaN and zero keeps its sign`(type: DataType) {
    let values = rounded([.nan, -0.0, 0], to: type)
    #expect(values[0].isNaN)
    #expect(values[1].sign == .minus && values[1] == 0)
    #expect(values[2].sign == .plus && values[2] == 0)
  }

  @Test func `rounding to double changes nothing`() {
    #expect(rounded([.pi, 0x1p-1074], to: .float64) == [.pi, 0x1p-1074])
  }

  @Test func `narrow types are reached through float`() {
    // Above a tie of bf16 by less than a float can represent, so rounding to float gives the tie again.
    #expect(rounded([1 + 0x1p-8 + 0x1p-40], to: .bfloat16) == [1])
  }

  @Test(arguments: types)
  func `the unit roundoff bounds the error above one`(type: DataType) {
    let values = stride(from: 1.0, to: 2, by: 0x1p-12).map { $0 }
    let errors = zip(values, rounded(values, to: type)).map { abs($0 - $1) }
    #expect(errors.max() == type.unitRoundoff)
  }
}
