import Checkpoints
import Testing

@Suite("Data types") struct DataTypeTests {
  /// Decodes elements that start at an odd address.
  private func decode(_ bytes: [UInt8], as type: DataType) -> [Double] {
    let shifted = [0] + bytes
    var values = [Double](repeating: -1, count: bytes.count * 8 / type.bitWidth)
    unsafe shifted.withUnsafeBytes { source in
      unsafe values.withUnsafeMutableBufferPointer { target in
        unsafe type.decode(UnsafeRawBufferPointer(rebasing: source[1...]), into: target)
      }
    }
    return values
  }

  private func isSame(_ a: Double, _ b: Double) -> Bool {
    a.isNaN && b.isNaN || a.bitPattern == b.bitPattern
  }

  /// The definition of a binary float of 1 + `exponentBits` + `fractionBits` bits, without its
  /// special patterns.
  private func value(_ pattern: Int, exponentBits: Int, fractionBits: Int, bias: Int) -> Double {
    let fraction = Double(pattern & (1 << fractionBits - 1)) / Double(1 << fractionBits)
    let exponent = pattern >> fractionBits & (1 << exponentBits - 1)
    let sign = pattern >> (exponentBits + fractionBits) & 1 == 1 ? -1.0 : 1.0
    let magnitude =
      exponent == 0
      ? fraction * .exponent2(1 - bias) : (1 + fraction) * .exponent2(exponent - bias)
    return sign * magnitude
  }

  @Test func `every bf16 pattern is the upper half of a float`() {
    let values = decode((0...UInt16.max).flatMap(\.bytes), as: .bfloat16)
    let wrong = (0...UInt16.max).filter {
      !isSame(values[Int($0)], Double(Float(bitPattern: UInt32($0) << 16)))
    }
    #expect(wrong.isEmpty)
  }

  @Test func `every f16 pattern follows IEEE 754`() {
    let values = decode((0...UInt16.max).flatMap(\.bytes), as: .float16)
    let wrong = (0...0xFFFF).filter { pattern in
      var expected = value(pattern, exponentBits: 5, fractionBits: 10, bias: 15)
      if pattern & 0x7C00 == 0x7C00 {
        expected = pattern & 0x3FF != 0 ? .nan : pattern < 0x8000 ? .infinity : -.infinity
      }
      return !isSame(values[pattern], expected)
    }
    #expect(wrong.isEmpty)
  }

  @Test func `every E4M3 pattern follows its definition`() {
    let values = decode(Array(0...255), as: .float8E4M3)
    let wrong = (0...255).filter { pattern in
      let isNaN = pattern & 0x7F == 0x7F
      let expected = isNaN ? .nan : value(pattern, exponentBits: 4, fractionBits: 3, bias: 7)
      return !isSame(values[pattern], expected)
    }
    #expect(wrong.isEmpty)
    #expect(values.filter(\.isFinite).max() == 448)
  }

  @Test func `every E5M2 pattern follows its definition`() {
    let values = decode(Array(0...255), as: .float8E5M2)
    let wrong = (0...255).filter { pattern in
      var expected = value(pattern, exponentBits: 5, fractionBits: 2, bias: 15)
      if pattern & 0x7C == 0x7C {
        expected = pattern & 3 != 0 ? .nan : pattern < 128 ? .infinity : -.infinity
      }
      return !isSame(values[pattern], expected)
    }
    #expect(wrong.isEmpty)
    #expect(values.filter(\.isFinite).max() == 57344)
    #expect(values.filter(\.isNaN).count == 6)
  }

  @Test(arguments: [
    (DataType.float8E4M3FNUZ, 4, 3, 8, 240.0), (.float8E5M2FNUZ, 5, 2, 16, 57344.0),
  ])
  func `every FNUZ pattern follows its definition`(
    type: DataType, exponentBits: Int, fractionBits: Int, bias: Int, largest: Double
  ) {
    let values = decode(Array(0...255), as: type)
    let wrong = (0...255).filter { pattern in
      let finite = value(
        pattern, exponentBits: exponentBits, fractionBits: fractionBits, bias: bias)
      return !isSame(values[pattern], pattern == 0x80 ? .nan : finite)
    }
    #expect(wrong.isEmpty)
    #expect(values.filter(\.isFinite).max() == largest)
  }

  @Test func `every E8M0 pattern is a power of two`() {
    let values = decode(Array(0...255), as: .float8E8M0)
    let wrong = (0...255).filter {
      !isSame(values[$0], $0 == 255 ? .nan : .exponent2($0 - 127))
    }
    #expect(wrong.isEmpty)
  }

  @Test func `integers are read with their sign`() {
    #expect(decode([0x80, 0x7F], as: .int8) == [-128, 127])
    #expect(decode([0x80, 0x7F], as: .uint8) == [128, 127])
    #expect(decode([0, 0x80, 0xFF, 0x7F], as: .int16) == [-32768, 32767])
    #expect(decode([0, 0x80, 0xFF, 0x7F], as: .uint16) == [32768, 32767])
    #expect(decode(Int32.min.bytes, as: .int32) == [-2_147_483_648])
    #expect(decode(UInt32.max.bytes, as: .uint32) == [4_294_967_295])
    #expect(decode(Int64.min.bytes, as: .int64) == [-0x1p63])
    #expect(decode((UInt64(1) << 63).bytes, as: .uint64) == [0x1p63])
  }

  @Test func `any byte but zero is true`() {
    #expect(decode([0, 1, 2], as: .boolean) == [0, 1, 1])
  }

  @Test func `single and double precision are read bit for bit`() {
    #expect(decode(Float.pi.bitPattern.bytes, as: .float32) == [Double(Float.pi)])
    #expect(decode(Double.pi.bitPattern.bytes, as: .float64) == [.pi])
  }

  @Test func `a long run of elements is read as each alone`() {
    // 1001 is not a multiple of any vector length, so the tail of the loop runs too.
    let patterns = (0..<1001).map { UInt16(truncatingIfNeeded: $0 &* 40503) }
    let together = decode(patterns.flatMap(\.bytes), as: .bfloat16)
    let alone = patterns.flatMap { decode($0.bytes, as: .bfloat16) }
    #expect(zip(together, alone).allSatisfy(isSame))
  }

  @Test(arguments: [
    (DataType.complex64, false), (.float4, false), (.float6E2M3, false), (.boolean, true),
    (.bfloat16, true),
  ])
  func `complex numbers and types below a byte are not decodable`(type: DataType, is: Bool) {
    #expect(type.isDecodable == `is`)
  }
}

extension Double {
  /// Two to this power.
  static func exponent2(_ power: Int) -> Double {
    Double(sign: .plus, exponent: power, significand: 1)
  }
}
