import CKernels

extension DataType {
  /// Whether values can be rounded to this type.
  public var isRoundable: Bool {
    switch self {
    case .float64, .float32, .float16, .bfloat16, .float8E4M3, .float8E5M2: true
    default: false
    }
  }

  /// Replaces each value by the nearest value of this type, ties to even. As in PyTorch, values are
  /// first rounded to float if the type is narrower. A value that is too large becomes infinite; in
  /// E4M3, which has no infinity, it becomes the largest value (PyTorch 2.13; NaN in earlier versions).
  /// - Precondition: ``isRoundable``.
  public func round(_ values: UnsafeMutableBufferPointer<Double>) {
    precondition(isRoundable, "no rounding to type \(rawValue) is defined")
    guard let pointer = values.baseAddress else { return }
    let count = values.count
    // The kernels allow that both buffers are the same.
    switch self {
    case .float32: unsafe sigmascope_round_f32(pointer, pointer, count)
    case .bfloat16: unsafe sigmascope_round_bf16(pointer, pointer, count)
    case .float16: unsafe sigmascope_round_f16(pointer, pointer, count)
    case .float8E4M3: unsafe sigmascope_round_f8_e4m3(pointer, pointer, count)
    case .float8E5M2: unsafe sigmascope_round_f8_e5m2(pointer, pointer, count)
    default: break
    }
  }

  /// Replaces each value of the array by the nearest value of this type; see ``round(_:)``.
  public func round(_ values: inout [Double]) {
    unsafe values.withUnsafeMutableBufferPointer { buffer in unsafe round(buffer) }
  }

  /// Values rounded to this type; as they are if no rounding to it is defined.
  package func rounded(_ values: [Double]) -> [Double] {
    guard isRoundable else { return values }
    var values = values
    round(&values)
    return values
  }
}
