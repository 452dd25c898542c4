/// The schemes by which weights are read that are not stored as they are computed with. A weight is of the scheme whose
/// tensors it has; the configuration tells details. What no scheme claims is read as it is stored.
enum QuantizationSchemes {
  static let all: [any QuantizationScheme.Type] = [
    BitsAndBytes4BitScheme.self, BitsAndBytes8BitScheme.self, GPTQScheme.self, MXFP4Scheme.self,
    CompressedTensorsScheme.self, Scales8Bit.self,
  ]

  /// The names of these schemes in `quant_method`. Any other is refused by its name.
  private static let methods: Set<String> = [
    "awq", "bitsandbytes", "compressed-tensors", "fbgemm_fp8", "finegrained_fp8", "fp8", "gptq",
    "mxfp4",
  ]

  /// Ends of names that only quantised models have, and their methods.
  private static let endings = [
    (".absmax", "bitsandbytes"), (".quant_map", "bitsandbytes"), (".SCB", "bitsandbytes"),
    (".qweight", "GPTQ or AWQ"), (".qzeros", "GPTQ or AWQ"), ("_proj_blocks", "MXFP4"),
    (".weight_packed", "compressed-tensors"), (".weight_scale", "scaled by 'weight_scale'"),
    (".weight_scale_2", "NVFP4"), (".W_q", "HQQ"), (".codebooks", "AQLM"), ("._data", "quanto"),
    (".weight_format", "bitsandbytes"),
  ]

  /// The quantised weights of a model, by any scheme.
  /// - Throws: ``CheckpointError/quantized(path:method:)`` if the model or a tensor of it is quantised otherwise.
  static func weights(
    of model: StoredModel, path: String
  ) throws(CheckpointError) -> [any QuantizedWeight] {
    if let method = model.method, !methods.contains(method) {
      throw .quantized(path: path, method: method)
    }
    var weights: [any QuantizedWeight] = []
    for scheme in all { weights += try scheme.weights(of: model) }
    let read = Set(weights.flatMap { $0.parts.map(\.name) })
    for tensor in model.store.tensors where !read.contains(tensor.name) {
      if let (_, method) = endings.first(where: { tensor.name.hasSuffix($0.0) }) {
        throw .quantized(path: path, method: method)
      }
    }
    return weights
  }
}
