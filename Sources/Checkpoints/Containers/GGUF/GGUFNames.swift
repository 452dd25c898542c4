/// Gives the tensors of a GGUF file the names, and the order of elements, that the model's library gives them.
struct GGUFNames {
  private let architecture: GGUFArchitecture
  /// `general.architecture`.
  private let name: String
  private let metadata: [String: GGUFValue]
  private let present: Set<String>

  /// Nil if the architecture is not known.
  init?(_ header: GGUFHeader, tensors: [GGUFHeader.Tensor]) {
    guard let name = header.metadata["general.architecture"]?.text,
      let architecture = GGUFArchitecture.all[name]
    else { return nil }
    self.name = name
    self.architecture = architecture
    metadata = header.metadata
    present = Set(tensors.map(\.name))
  }

  /// `model_type` of transformers.
  var modelType: String {
    name == "llama" && (metadata["llama.expert_count"]?.integer ?? 0) > 0
      ? "mixtral" : architecture.modelType
  }

  /// Whether the head is the embedding: the file has none of its own.
  var isTied: Bool { architecture.isAlwaysTied || !present.contains("output.weight") }

  /// The parts of a tensor's name: `blk.3.attn_q.weight` is `attn_q` of layer 3 with the ending `.weight`.
  private struct Parts {
    var component: String
    var layer: Int?
    var ending = ""

    init(_ name: String) {
      component = name
      for ending in [".weight", ".bias"] where name.hasSuffix(ending) {
        self.ending = ending
        component = String(name.dropLast(ending.count))
      }
      // `blk.3.x`, and `enc.blk.3.x` of a model with two stacks.
      let pieces = component.split(separator: ".", omittingEmptySubsequences: false)
      if let block = pieces.firstIndex(of: "blk"), block <= 1, pieces.count == block + 3,
        let number = Int(pieces[block + 1]), number >= 0
      {
        layer = number
        component = (pieces[..<block] + [pieces[block + 2]]).joined(separator: ".")
      }
    }
  }

  /// A tensor under the model's name, or its experts under theirs; empty if no model has it; nil if its name is not known.
  func descriptions(
    of tensor: GGUFHeader.Tensor, file: String
  ) throws(CheckpointError) -> [TensorDescription]? {
    for (ending, parameter) in [("a", "A"), ("b", "B")]
    where tensor.name.hasSuffix(".weight.lora_\(ending)") {
      return try factor(tensor, ending: ".lora_\(ending)", parameter: parameter, file: file)
    }
    let parts = Parts(tensor.name)
    if GGUFArchitecture.computed.contains(parts.component) { return [] }
    guard let name = modelName(parts) else { return nil }
    if name.contains("%") { return Self.experts(tensor, name: name, file: file) }
    let isNorm = architecture.addsToNorms && name.hasSuffix("norm.weight")
    let (shape, layout) = try arrangement(of: tensor, parts, file: file)
    return [
      TensorDescription(
        name: name, dataType: tensor.dataType, shape: shape, file: file,
        byteOffset: tensor.byteOffset, layout: layout, shift: isNorm ? -1 : 0)
    ]
  }

  /// A factor of an adapter under PEFT's name, or those of its experts: B has the rows of the weight, in their order. Nil
  /// where the model's library stores the weight in another layout.
  private func factor(
    _ tensor: GGUFHeader.Tensor, ending: String, parameter: String, file: String
  ) throws(CheckpointError) -> [TensorDescription]? {
    let parts = Parts(String(tensor.name.dropLast(ending.count)))
    guard let name = modelName(parts), !architecture.transposed.contains(parts.component) else {
      return nil
    }
    let module = name.dropLast(".weight".count)
    if name.contains("%") {
      return Self.experts(tensor, name: "\(module).lora_\(parameter).weight", file: file)
    }
    let isEmbedding = parts.component == "token_embd"
    let (shape, layout) =
      switch parameter {
      case "A" where isEmbedding: Self.transposition(of: tensor.shape)
      case "B" where !isEmbedding: try arrangement(of: tensor, parts, file: file)
      default: (tensor.shape, StoredLayout.rowMajor)
      }
    return [
      TensorDescription(
        name: isEmbedding
          ? "\(module).lora_embedding_\(parameter)" : "\(module).lora_\(parameter).weight",
        dataType: tensor.dataType, shape: shape, file: file, byteOffset: tensor.byteOffset,
        layout: layout)
    ]
  }

  private func modelName(_ parts: Parts) -> String? {
    guard let layer = parts.layer else {
      // RoBERTa's positions lose their first rows when they are converted, so they are not the model's.
      if name == "bert", parts.component == "position_embd",
        metadata["tokenizer.ggml.model"]?.text != "bert"
      {
        return nil
      }
      return architecture.outside[parts.component].map { $0 + parts.ending }
    }
    guard var name = architecture.inside[parts.component] else { return nil }
    if self.name == "falcon", parts.component == "attn_norm",
      present.contains("blk.\(layer).attn_norm_2\(parts.ending)")
    {
      name = "ln_mlp"
    }
    if self.name == "falcon", parts.component == "attn_qkv", falconGroups != 1 { return nil }
    if name.hasSuffix("wi_1"), !present.contains(gateOf(parts, layer: layer)) {
      name = String(name.dropLast(2))
    }
    // This one parameter is called a bias by llama.cpp alone.
    if parts.component == "exp_probs_b" { name += "_bias" }
    let ending = parts.component == "exp_probs_b" ? "" : parts.ending
    return (architecture.layer + name).replacing("#", with: "\(layer)") + ending
  }

  /// The gate beside a feed-forward part of T5, which early models lack.
  private func gateOf(_ parts: Parts, layer: Int) -> String {
    "\(parts.component.prefix(3)).blk.\(layer).ffn_gate.weight"
  }

  /// With one group of keys and values, Falcon's rows stay in order.
  private var falconGroups: Int? { metadata["falcon.attention.head_count_kv"]?.integer }

  /// Kimi K2 has 384.
  private static let mostExperts = 4096

  /// One tensor of each expert.
  private static func experts(
    _ tensor: GGUFHeader.Tensor, name: String, file: String
  ) -> [TensorDescription]? {
    let dimensions = tensor.shape.dimensions
    guard dimensions.count == 3, dimensions[0] <= mostExperts,
      let shape = try? TensorShape([dimensions[1], dimensions[2]], of: tensor.dataType)
    else { return nil }
    return (0..<dimensions[0]).map { expert in
      TensorDescription(
        name: name.replacing("%", with: "\(expert)"), dataType: tensor.dataType, shape: shape,
        file: file, byteOffset: tensor.byteOffset + expert * shape.byteCount)
    }
  }

  /// The shape and the order of a tensor of the model's library, as views of what is stored.
  private func arrangement(
    of tensor: GGUFHeader.Tensor, _ parts: Parts, file: String
  ) throws(CheckpointError) -> (TensorShape, StoredLayout) {
    let dimensions = tensor.shape.dimensions
    let rows = dimensions.first ?? 1
    let columns = rows == 0 ? 0 : tensor.shape.elementCount / rows
    if architecture.transposed.contains(parts.component), dimensions.count == 2 {
      return Self.transposition(of: tensor.shape)
    }
    if parts.component == "ffn_gate_inp_shexp", dimensions.count == 1 {
      return (TensorShape(reshaping: tensor.shape, to: [1, rows]), .rowMajor)
    }
    guard let order = architecture.rowOrder(of: parts.component),
      let heads = try heads(parts, file: file)
    else { return (tensor.shape, .rowMajor) }
    if let layout = order.layout(rows: rows, columns: columns, heads: heads) {
      return (tensor.shape, layout)
    }
    throw .damaged(
      file: file, format: GGUFHeader.format,
      fault: "the \(rows) rows of '\(tensor.name)' do not divide among the heads")
  }

  /// A matrix whose rows are stored as columns.
  private static func transposition(of shape: TensorShape) -> (TensorShape, StoredLayout) {
    guard shape.dimensions.count == 2 else { return (shape, .rowMajor) }
    let (rows, columns) = (shape.dimensions[0], shape.dimensions[1])
    let layout = StoredLayout([
      .init(count: columns, stride: 1), .init(count: rows, stride: columns),
    ])
    return (TensorShape(reshaping: shape, to: [columns, rows]), layout)
  }

  /// The number of heads of a layer, of those of keys if they are meant. Nil for an adapter that does not say it.
  private func heads(_ parts: Parts, file: String) throws(CheckpointError) -> Int? {
    let keys = GGUFArchitecture.headCounts(of: parts.component).map { "\(name).\($0)" }
    for key in keys {
      let count = metadata[key]?.integer(ofLayer: parts.layer ?? 0)
      if let count, (1...1 << 20).contains(count) { return count }
    }
    let isSaid = keys.contains { metadata[$0] != nil }
    if !isSaid, metadata["general.type"]?.text == GGUFAdapter.type { return nil }
    throw .damaged(
      file: file, format: GGUFHeader.format, fault: "'\(keys[0])' is no number of heads")
  }
}
