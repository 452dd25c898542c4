/// Which tensors a decoder has, under which names of Hugging Face, and where each stands in a
/// ``TensorSet``.
public struct DecoderLayout: Sendable, Equatable {
  /// A tensor: a vector has one row.
  public struct Slot: Sendable, Equatable {
    public let name: String
    public let rows: Int
    public let columns: Int
    public let kind: Kind
  }

  public enum Kind: Sendable, Equatable {
    case embedding, norm, linear, bias
  }

  /// A linear layer: indices into ``slots``.
  public struct Linear: Sendable, Equatable {
    public let weight: Int
    public let bias: Int?
  }

  public struct Layer: Sendable, Equatable {
    public let inputNorm: Int
    public let query: Linear, key: Linear, value: Linear, output: Linear
    public let queryNorm: Int?, keyNorm: Int?
    public let attentionPostNorm: Int?
    public let feedForwardNorm: Int
    public let gate: Linear, up: Linear, down: Linear
    public let feedForwardPostNorm: Int?

    /// The linear layers, in the order of a forward pass.
    public var linears: [Linear] { [query, key, value, output, gate, up, down] }
  }

  public private(set) var slots: [Slot] = []
  public private(set) var layers: [Layer] = []
  public private(set) var embedding = 0
  public private(set) var finalNorm = 0
  /// The head; the embedding itself where they are tied.
  public private(set) var head = 0

  public init(_ configuration: DecoderConfiguration) {
    let width = configuration.width
    embedding = add(
      "model.embed_tokens", configuration.vocabularySize, width, .embedding)
    for index in 0..<configuration.layers {
      layers.append(layer("model.layers.\(index)", configuration))
    }
    finalNorm = add("model.norm", 1, width, .norm)
    head =
      configuration.tiesEmbeddings
      ? embedding : add("lm_head", configuration.vocabularySize, width, .linear)
  }

  private mutating func layer(_ name: String, _ configuration: DecoderConfiguration) -> Layer {
    let (width, inner) = (configuration.width, configuration.feedForwardWidth)
    let (queries, pairs) = (configuration.queryWidth, configuration.keyValueWidth)
    let biased = configuration.hasAttentionBias
    let normed = configuration.hasQueryKeyNorms
    let hasPostNorms = configuration.hasPostNorms
    let head = configuration.headWidth
    // With norms after the blocks, `post_attention_layernorm` is one of those.
    return Layer(
      inputNorm: add("\(name).input_layernorm", 1, width, .norm),
      query: linear("\(name).self_attn.q_proj", queries, width, biased),
      key: linear("\(name).self_attn.k_proj", pairs, width, biased),
      value: linear("\(name).self_attn.v_proj", pairs, width, biased),
      output: linear("\(name).self_attn.o_proj", width, queries, false),
      queryNorm: normed ? add("\(name).self_attn.q_norm", 1, head, .norm) : nil,
      keyNorm: normed ? add("\(name).self_attn.k_norm", 1, head, .norm) : nil,
      attentionPostNorm: hasPostNorms
        ? add("\(name).post_attention_layernorm", 1, width, .norm) : nil,
      feedForwardNorm: add(
        "\(name).\(hasPostNorms ? "pre_feedforward" : "post_attention")_layernorm", 1, width, .norm),
      gate: linear("\(name).mlp.gate_proj", inner, width, false),
      up: linear("\(name).mlp.up_proj", inner, width, false),
      down: linear("\(name).mlp.down_proj", width, inner, false),
      feedForwardPostNorm: hasPostNorms
        ? add("\(name).post_feedforward_layernorm", 1, width, .norm) : nil)
  }

  private mutating func linear(
    _ name: String, _ rows: Int, _ columns: Int, _ hasBias: Bool
  ) -> Linear {
    Linear(
      weight: add(name, rows, columns, .linear),
      bias: hasBias ? add(name, 1, rows, .bias) : nil)
  }

  private mutating func add(_ module: String, _ rows: Int, _ columns: Int, _ kind: Kind) -> Int {
    slots.append(
      Slot(
        name: module + (kind == .bias ? ".bias" : ".weight"), rows: rows, columns: columns,
        kind: kind))
    return slots.count - 1
  }

  /// The number of parameters.
  public var parameterCount: Int { slots.reduce(0) { $0 + $1.rows * $1.columns } }
}

extension DecoderLayout.Slot {
  /// The name without `.weight` or `.bias`.
  public var module: String {
    String(name.dropLast(name.hasSuffix(".bias") ? 5 : 7))
  }

  /// The shape in a file.
  public var shape: [Int] { kind == .norm || kind == .bias ? [columns] : [rows, columns] }
}
