/// How the elements of a stored tensor are encoded. The raw values are those of a safetensors header, and for the
/// types of blocks the names that ggml gives them.
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

  // Blocks of a row with common factors, as GGUF files hold them.
  case q40 = "Q4_0"
  case q41 = "Q4_1"
  case q50 = "Q5_0"
  case q51 = "Q5_1"
  case q80 = "Q8_0"
  case q2K = "Q2_K"
  case q3K = "Q3_K"
  case q4K = "Q4_K"
  case q5K = "Q5_K"
  case q6K = "Q6_K"
  case q8K = "Q8_K"
  case iq1S = "IQ1_S"
  case iq1M = "IQ1_M"
  case iq2XXS = "IQ2_XXS"
  case iq2XS = "IQ2_XS"
  case iq2S = "IQ2_S"
  case iq3XXS = "IQ3_XXS"
  case iq3S = "IQ3_S"
  case iq4NL = "IQ4_NL"
  case iq4XS = "IQ4_XS"
  case tq10 = "TQ1_0"
  case tq20 = "TQ2_0"
  case mxfp4 = "MXFP4"
  case nvfp4 = "NVFP4"

  /// The fewest elements that fill whole bytes, and those bytes. Types of blocks are read a block at a time.
  public var block: Block {
    switch self {
    case .float4: Block(elements: 2, bytes: 1)
    case .float6E2M3, .float6E3M2: Block(elements: 4, bytes: 3)
    case .boolean, .uint8, .int8, .float8E4M3, .float8E5M2, .float8E8M0, .float8E4M3FNUZ,
      .float8E5M2FNUZ:
      Block(elements: 1, bytes: 1)
    case .uint16, .int16, .float16, .bfloat16: Block(elements: 1, bytes: 2)
    case .uint32, .int32, .float32: Block(elements: 1, bytes: 4)
    case .uint64, .int64, .float64, .complex64: Block(elements: 1, bytes: 8)
    case .q40, .iq4NL: Block(elements: 32, bytes: 18)
    case .q41: Block(elements: 32, bytes: 20)
    case .q50: Block(elements: 32, bytes: 22)
    case .q51: Block(elements: 32, bytes: 24)
    case .q80: Block(elements: 32, bytes: 34)
    case .mxfp4: Block(elements: 32, bytes: 17)
    case .nvfp4: Block(elements: 64, bytes: 36)
    case .iq1S: Block(elements: 256, bytes: 50)
    case .tq10: Block(elements: 256, bytes: 54)
    case .iq1M: Block(elements: 256, bytes: 56)
    case .iq2XXS, .tq20: Block(elements: 256, bytes: 66)
    case .iq2XS: Block(elements: 256, bytes: 74)
    case .iq2S: Block(elements: 256, bytes: 82)
    case .q2K: Block(elements: 256, bytes: 84)
    case .iq3XXS: Block(elements: 256, bytes: 98)
    case .q3K, .iq3S: Block(elements: 256, bytes: 110)
    case .iq4XS: Block(elements: 256, bytes: 136)
    case .q4K: Block(elements: 256, bytes: 144)
    case .q5K: Block(elements: 256, bytes: 176)
    case .q6K: Block(elements: 256, bytes: 210)
    case .q8K: Block(elements: 256, bytes: 292)
    }
  }

  /// Elements that are stored together.
  public struct Block: Sendable, Equatable {
    public let elements: Int
    public let bytes: Int
  }

  /// The number of bits of an element in the file, rounded up for types of blocks.
  public var bitWidth: Int { (block.bytes * 8 + block.elements - 1) / block.elements }

  /// Whether elements share factors with others of their block, so that a header of safetensors cannot name the type.
  package var isOfBlocks: Bool { block.elements > 4 }

  /// Whether the elements are real floating-point numbers.
  public var isFloatingPoint: Bool {
    switch self {
    case .boolean, .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64, .complex64:
      false
    default: true
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
  /// for a significand of p bits; zero for types that are not floating point. For types of blocks p is the number of
  /// bits of an element, beside the largest of its block.
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
    case .q80, .q8K: 0x1p-8
    case .q6K: 0x1p-6
    case .q50, .q51, .q5K: 0x1p-5
    case .q40, .q41, .q4K, .iq4NL, .iq4XS: 0x1p-4
    case .q3K, .iq3XXS, .iq3S: 0x1p-3
    case .q2K, .iq2XXS, .iq2XS, .iq2S, .mxfp4, .nvfp4: 0x1p-2
    case .iq1S, .iq1M, .tq10, .tq20: 0x1p-1
    default: 0
    }
  }

  /// The number of bytes of this many elements; nil if it overflows or is not whole.
  package func byteCount(elements: Int) -> Int? {
    let (blocks, rest) = elements.quotientAndRemainder(dividingBy: block.elements)
    let (bytes, overflow) = blocks.multipliedReportingOverflow(by: block.bytes)
    return overflow || rest != 0 ? nil : bytes
  }
}
