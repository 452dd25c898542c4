import CKernels

extension DataType {
  /// Converts stored elements to doubles. All are exact except 64-bit integers beyond 2^53.
  /// - Parameter bytes: Whole elements or blocks, little-endian, at any alignment.
  /// - Parameter values: One entry for each element of `bytes`.
  /// - Precondition: ``isDecodable``, and the two buffers hold the same number of elements.
  package func decode(
    _ bytes: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Double>
  ) {
    precondition(isDecodable, "elements of type \(rawValue) cannot be read as doubles")
    precondition(
      byteCount(elements: values.count) == bytes.count, "a buffer for another number of elements")
    guard let source = bytes.baseAddress, let destination = values.baseAddress else { return }
    let count = values.count
    // The preconditions above ensure that both buffers are large enough.
    switch self {
    case .boolean: unsafe sigmascope_decode_bool(source, destination, count)
    case .uint8: unsafe sigmascope_decode_u8(source, destination, count)
    case .int8: unsafe sigmascope_decode_i8(source, destination, count)
    case .uint16: unsafe sigmascope_decode_u16(source, destination, count)
    case .int16: unsafe sigmascope_decode_i16(source, destination, count)
    case .uint32: unsafe sigmascope_decode_u32(source, destination, count)
    case .int32: unsafe sigmascope_decode_i32(source, destination, count)
    case .uint64: unsafe sigmascope_decode_u64(source, destination, count)
    case .int64: unsafe sigmascope_decode_i64(source, destination, count)
    case .float16: unsafe sigmascope_decode_f16(source, destination, count)
    case .bfloat16: unsafe sigmascope_decode_bf16(source, destination, count)
    case .float32: unsafe sigmascope_decode_f32(source, destination, count)
    case .float64: unsafe sigmascope_decode_f64(source, destination, count)
    case .float8E4M3: unsafe sigmascope_decode_f8_e4m3(source, destination, count)
    case .float8E5M2: unsafe sigmascope_decode_f8_e5m2(source, destination, count)
    case .float8E4M3FNUZ: unsafe sigmascope_decode_f8_e4m3fnuz(source, destination, count)
    case .float8E5M2FNUZ: unsafe sigmascope_decode_f8_e5m2fnuz(source, destination, count)
    case .float8E8M0: unsafe sigmascope_decode_f8_e8m0(source, destination, count)
    default: unsafe dequantize(source, into: destination, blocks: count / block.elements)
    }
  }
}
