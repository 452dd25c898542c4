extension DataType {
  /// The bytes of numbers as a file of this type holds them, little-endian.
  /// - Parameter values: Numbers of this type; others are cut to it (``round(_:)`` comes first).
  /// - Precondition: The type is F64, F32, F16 or BF16.
  package func bytes(of values: [Double]) -> [UInt8] {
    switch self {
    case .float64: Self.bytes(of: values.map { $0.bitPattern.littleEndian })
    case .float32: Self.bytes(of: values.map { Float($0).bitPattern.littleEndian })
    case .float16: Self.bytes(of: values.map { Float16($0).bitPattern.littleEndian })
    case .bfloat16:
      Self.bytes(
        of: values.map { UInt16(truncatingIfNeeded: Float($0).bitPattern >> 16).littleEndian })
    default: preconditionFailure("numbers are not encoded as \(rawValue)")
    }
  }

  private static func bytes(of words: [some FixedWidthInteger]) -> [UInt8] {
    // Integers have no padding.
    unsafe words.withUnsafeBytes { unsafe Array($0) }
  }
}
