/// The numbers of ggml's types. Those that are missing were withdrawn, or occur only while a model runs.
enum GGUFType {
  static let all: [UInt32: DataType] = [
    0: .float32, 1: .float16, 2: .q40, 3: .q41, 6: .q50, 7: .q51, 8: .q80, 10: .q2K, 11: .q3K,
    12: .q4K, 13: .q5K, 14: .q6K, 15: .q8K, 16: .iq2XXS, 17: .iq2XS, 18: .iq3XXS, 19: .iq1S,
    20: .iq4NL, 21: .iq3S, 22: .iq2S, 23: .iq4XS, 24: .int8, 25: .int16, 26: .int32, 27: .int64,
    28: .float64, 29: .iq1M, 30: .bfloat16, 34: .tq10, 35: .tq20, 39: .mxfp4, 40: .nvfp4,
  ]
}
