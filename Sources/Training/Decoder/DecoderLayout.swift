package import LinearAlgebra

/// The tensors of a decoder: their names in Hugging Face, their shapes, and their positions in a
/// ``TensorSet``.
package struct DecoderLayout: Sendable, Equatable {
  /// A tensor: a vector has one row.
  package struct Slot: Sendable, Equatable {
    package let name: String
    package let rows: Int
    package let columns: Int
    package let kind: Kind
  }

  package enum Kind: Sendable, Equatable {
    case embedding, norm, linear, bias
  }

  /// A linear layer: indices into ``slots``.
  package struct Linear: Sendable, Equatable {
    package let weight: Int
    package let bias: Int?
  }

  package struct Layer: Sendable, Equatable {
    package let inputNorm: Int
    package let query: Linear, key: Linear, value: Linear, output: Linear
    package let queryNorm: Int?, keyNorm: Int?
    package let attentionPostNorm: Int?
    package let feedForwardNorm: Int
    package let gate: Linear, up: Linear, down: Linear
    package let feedForwardPostNorm: Int?
  }

  package private(set) var slots: [Slot] = []
  package private(set) var layers: [Layer] = []
  package private(set) var embedding = 0
  package private(set) var finalNorm = 0
  /// The head; the embedding itself if they are tied.
  package private(set) var head = 0

  package init(_ configuration: DecoderConfiguration) {
    let width = configuration.width
    embedding = add(
      "model.embed_tokens", configuration.vocabularySize, width, .embedding)
    for index in 0..<configuration.layers {
      layers.append(layer("\(Self.layerPrefix)\(index)", configuration))
    }
    finalNorm = add("model.norm", 1, width, .norm)
    head =
      configuration.tiesEmbeddings
      ? embedding : add("lm_head", configuration.vocabularySize, width, .linear)
  }

  private static let layerPrefix = "model.layers."

  /// The layer that a tensor belongs to, as it is written in the name; nil for one of no layer.
  static func layer(of tensor: String) -> Substring? {
    guard tensor.hasPrefix(layerPrefix) else { return nil }
    return tensor.dropFirst(layerPrefix.count).prefix { $0 != "." }
  }

  private mutating func layer(_ name: String, _ configuration: DecoderConfiguration) -> Layer {
    let (width, inner) = (configuration.width, configuration.feedForwardWidth)
    let (queries, pairs) = (configuration.queryWidth, configuration.keyValueWidth)
    let biased = configuration.hasAttentionBias
    let normed = configuration.hasQueryKeyNorms
    let hasPostNorms = configuration.hasPostNorms
    let head = configuration.headWidth
    // With post norms, `post_attention_layernorm` is the norm after attention, otherwise that before feed-forward.
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
  package var parameterCount: Int { slots.reduce(0) { $0 + $1.count } }
}

extension DecoderLayout.Slot {
  /// How many numbers it has.
  package var count: Int { rows * columns }

  /// The name without `.weight` or `.bias`.
  package var module: String {
    String(name.dropLast(name.hasSuffix(".bias") ? 5 : 7))
  }

  /// The shape in a file.
  package var shape: [Int] { kind == .norm || kind == .bias ? [columns] : [rows, columns] }
}

/// The tensors of a decoder, or their gradients: one view for each slot of its layout.
///
/// Gradients that are not needed are absent and are not computed.
package struct TensorSet<Element: KernelScalar> {
  package private(set) var views: [MatrixView<Element>?]
  /// Transposed matrices that are held packed besides, for products of many rows.
  private var packedMatrices: [PackedMatrix<Element>?]

  /// Zeros in one storage, for the included slots.
  package init(_ layout: DecoderLayout, including: (Int) -> Bool = { _ in true }) {
    let wanted = layout.slots.indices.filter(including)
    let storage = Storage<Element>(
      count: wanted.reduce(0) { $0 + layout.slots[$1].count })
    views = Array(repeating: nil, count: layout.slots.count)
    packedMatrices = Array(repeating: nil, count: layout.slots.count)
    var offset = 0
    for index in wanted {
      let slot = layout.slots[index]
      views[index] = storage.view(at: offset, rows: slot.rows, columns: slot.columns)
      offset += slot.count
    }
  }

  /// The view of a slot; nil if it is absent.
  package func find(_ slot: Int) -> MatrixView<Element>? { views[slot] }

  /// The view of a slot that is known to be present.
  package subscript(slot: Int) -> MatrixView<Element> {
    guard let view = views[slot] else { preconditionFailure("slot \(slot) has no tensor here") }
    return view
  }

  /// The same tensors with one of them replaced.
  package func replacing(_ slot: Int, by view: MatrixView<Element>) -> TensorSet {
    var result = self
    result.views[slot] = view
    result.packedMatrices[slot] = nil
    return result
  }

  /// The same tensors with a matrix packed too.
  func packing(_ slot: Int) -> TensorSet {
    var result = self
    result.packedMatrices[slot] = PackedMatrix(self[slot], .transposed)
    return result
  }

  /// The transposed matrix of a slot, if it is packed.
  func packed(_ slot: Int) -> PackedMatrix<Element>? { packedMatrices[slot] }

  /// The views that are present.
  package var present: [MatrixView<Element>] { views.compactMap { $0 } }

  package func fill(_ value: Element) { for view in present { view.fill(value) } }
}
