/// The names of PyTorch's types in pickles.
enum PyTorchNames {
  /// What the elements of a storage are; bytes, if its tensors say it.
  static let storages: [String: DataType] = [
    "torch.FloatStorage": .float32, "torch.DoubleStorage": .float64, "torch.HalfStorage": .float16,
    "torch.BFloat16Storage": .bfloat16, "torch.LongStorage": .int64, "torch.IntStorage": .int32,
    "torch.ShortStorage": .int16, "torch.CharStorage": .int8, "torch.ByteStorage": .uint8,
    "torch.BoolStorage": .boolean, "torch.ComplexFloatStorage": .complex64,
    "torch.storage.UntypedStorage": .uint8, "torch.UntypedStorage": .uint8,
  ]

  static let types: [String: DataType] = [
    "torch.float32": .float32, "torch.float64": .float64, "torch.float16": .float16,
    "torch.bfloat16": .bfloat16, "torch.int64": .int64, "torch.int32": .int32,
    "torch.int16": .int16, "torch.int8": .int8, "torch.uint8": .uint8, "torch.bool": .boolean,
    "torch.uint16": .uint16, "torch.uint32": .uint32, "torch.uint64": .uint64,
    "torch.float8_e4m3fn": .float8E4M3, "torch.float8_e5m2": .float8E5M2,
    "torch.float8_e4m3fnuz": .float8E4M3FNUZ, "torch.float8_e5m2fnuz": .float8E5M2FNUZ,
    "torch.float8_e8m0fnu": .float8E8M0, "torch.complex64": .complex64,
  ]

  /// Classes whose objects are tensors and no more.
  static let plainTensors: Set<String> = [
    "torch.Tensor", "torch._tensor.Tensor", "torch.nn.parameter.Parameter", "torch.nn.Parameter",
    "torch.nn.parameter.Buffer", "torch.nn.Buffer",
  ]
}
