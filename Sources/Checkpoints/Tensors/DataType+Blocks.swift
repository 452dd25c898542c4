import CKernels

extension DataType {
  /// Converts whole blocks to doubles, in the arithmetic of the reference, `gguf.quants`; nothing for other types.
  /// - Parameters:
  ///   - source: The blocks, at any alignment.
  ///   - values: A place for each element of the blocks.
  func dequantize(
    _ source: UnsafeRawPointer, into values: UnsafeMutablePointer<Double>, blocks: Int
  ) {
    // The caller has compared both sizes.
    switch self {
    case .q40: unsafe sigmascope_dequantize_q4_0(source, values, blocks)
    case .q41: unsafe sigmascope_dequantize_q4_1(source, values, blocks)
    case .q50: unsafe sigmascope_dequantize_q5_0(source, values, blocks)
    case .q51: unsafe sigmascope_dequantize_q5_1(source, values, blocks)
    case .q80: unsafe sigmascope_dequantize_q8_0(source, values, blocks)
    case .q2K: unsafe sigmascope_dequantize_q2_k(source, values, blocks)
    case .q3K: unsafe sigmascope_dequantize_q3_k(source, values, blocks)
    case .q4K: unsafe sigmascope_dequantize_q4_k(source, values, blocks)
    case .q5K: unsafe sigmascope_dequantize_q5_k(source, values, blocks)
    case .q6K: unsafe sigmascope_dequantize_q6_k(source, values, blocks)
    case .q8K: unsafe sigmascope_dequantize_q8_k(source, values, blocks)
    case .iq1S: unsafe sigmascope_dequantize_iq1_s(source, values, blocks)
    case .iq1M: unsafe sigmascope_dequantize_iq1_m(source, values, blocks)
    case .iq2XXS: unsafe sigmascope_dequantize_iq2_xxs(source, values, blocks)
    case .iq2XS: unsafe sigmascope_dequantize_iq2_xs(source, values, blocks)
    case .iq2S: unsafe sigmascope_dequantize_iq2_s(source, values, blocks)
    case .iq3XXS: unsafe sigmascope_dequantize_iq3_xxs(source, values, blocks)
    case .iq3S: unsafe sigmascope_dequantize_iq3_s(source, values, blocks)
    case .iq4NL: unsafe sigmascope_dequantize_iq4_nl(source, values, blocks)
    case .iq4XS: unsafe sigmascope_dequantize_iq4_xs(source, values, blocks)
    case .tq10: unsafe sigmascope_dequantize_tq1_0(source, values, blocks)
    case .tq20: unsafe sigmascope_dequantize_tq2_0(source, values, blocks)
    case .mxfp4: unsafe sigmascope_dequantize_mxfp4(source, values, blocks)
    case .nvfp4: unsafe sigmascope_dequantize_nvfp4(source, values, blocks)
    default: break
    }
  }
}
