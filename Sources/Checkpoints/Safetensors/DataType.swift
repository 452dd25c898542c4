/// How the elements of a stored tensor are encoded. The raw values are those of a safetensors header.
public enum DataType: String, CaseIterable, Sendable {
  case boolean = "BOOL"
  case uint8 = "U8"
  case int8 = "I8"
  case uint16 = "U16"
  case int16 = "I16"
  case uint32 = "U32"
  case int32 = "I32"
  case uint64 = "U64"
  case int64 = "I64"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case float32 = "F32"
  case float64 = "F64"
  case complex64 = "C64"
  /// Four exponent and three fraction bits; the largest value is 448; no infinity.
  case float8E4M3 = "F8_E4M3"
  case float8E5M2 = "F8_E5M2"
  /// A power of two without sign and fraction, used as the scale of a block.
  case float8E8M0 = "F8_E8M0"
  /// As E4M3, but the exponent bias is larger by one and there is only one zero and one NaN; the largest value is 240.
  case float8E4M3FNUZ = "F8_E4M3FNUZ"
  case float8E5M2FNUZ = "F8_E5M2FNUZ"
  case float6E2M3 = "F6_E2M3"
  case float6E3M2 = "F6_E3M2"
  case float4 = "F4"

  /// The number of bits of an element in the file.
  public var bitWidth: Int {
    switch self {
    case .float4: 4
    case .float6E2M3, .float6E3M2: 6
    case .boolean, .uint8, .int8, .float8E4M3, .float8E5M2, .float8E8M0, .float8E4M3FNUZ,
      .float8E5M2FNUZ:
      8
    case .uint16, .int16, .float16, .bfloat16: 16
    case .uint32, .int32, .float32: 32
    case .uint64, .int64, .float64, .complex64: 64
    }
  }

  /// Whether the elements are real floating-point numbers.
  public var isFloatingPoint: Bool {
    switch self {
    case .boolean, .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64, .complex64:
      false
    case .float16, .bfloat16, .float32, .float64, .float8E4M3, .float8E5M2, .float8E8M0,
      .float8E4M3FNUZ, .float8E5M2FNUZ, .float6E2M3, .float6E3M2, .float4:
      true
    }
  }

  /// Whether elements can be read as doubles. Complex numbers and types narrower than a byte cannot.
  public var isDecodable: Bool {
    switch self {
    case .complex64, .float6E2M3, .float6E3M2, .float4: false
    default: true
    }
  }

  /// The largest relative error of rounding a number of the normal range to the nearest element: 2^-p
  /// for a significand of p bits; zero for types that are not floating point.
  public var unitRoundoff: Double {
    switch self {
    case .float64: 0x1p-53
    case .float32: 0x1p-24
    case .float16: 0x1p-11
    case .bfloat16: 0x1p-8
    case .float8E4M3, .float8E4M3FNUZ, .float6E2M3: 0x1p-4
    case .float8E5M2, .float8E5M2FNUZ, .float6E3M2: 0x1p-3
    case .float4: 0x1p-2
    case .float8E8M0: 0x1p-1
    default: 0
    }
  }

  /// The number of bytes of this many elements; nil if it overflows or is not whole.
  package func byteCount(elements: Int) -> Int? {
    let (bits, overflow) = elements.multipliedReportingOverflow(by: bitWidth)
    return overflow || bits % 8 != 0 ? nil : bits / 8
  }
}
