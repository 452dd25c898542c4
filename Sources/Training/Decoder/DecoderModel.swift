import Adapters
public import Checkpoints
import Documents
public import LinearAlgebra

/// A decoder with its weights: the content of a Hugging Face folder apart from the tokenizer.
public struct DecoderModel<Element: KernelScalar> {
  public let configuration: DecoderConfiguration
  package let layout: DecoderLayout
  package let weights: TensorSet<Element>
  /// For each slot of the layout the file that its tensor was read from; empty for weights that were made here.
  package private(set) var files: [String] = []

  package init(configuration: DecoderConfiguration, weights: TensorSet<Element>) {
    self.configuration = configuration
    layout = DecoderLayout(configuration)
    self.weights = weights
  }

  /// Weights drawn from N(0, σ²), norms with an effective gain of 1, biases of zero.
  /// - Parameters:
  ///   - configuration: The shape.
  ///   - standardDeviation: σ.
  ///   - generator: The source of random numbers.
  public init(
    drawing configuration: DecoderConfiguration, standardDeviation: Double,
    using generator: inout SplitMix64
  ) {
    self.init(
      configuration: configuration, weights: TensorSet(DecoderLayout(configuration)))
    for (index, slot) in layout.slots.enumerated() {
      switch slot.kind {
      case .norm: weights[index].fill(Element(1 - configuration.normOffset))
      case .bias: break
      case .embedding, .linear:
        for row in 0..<slot.rows {
          for column in 0..<slot.columns {
            weights[index][row, column] = Element(standardDeviation * generator.nextGaussian())
          }
        }
      }
    }
  }

  /// Reads a Hugging Face folder.
  /// - Throws: `CheckpointError` if a field or a tensor is missing, has another shape, or belongs to an
  ///   architecture that is not supported, or if a weight is not finite.
  public init(reading folder: ModelFolder) throws(CheckpointError) {
    let file = "\(folder.path)/config.json"
    let json = folder.textConfiguration
    let type = json["model_type"]?.string ?? ""
    guard let family = DecoderFamilyRegistry.find(type) else {
      let known = DecoderFamilyRegistry.all.map { $0.modelType }.joined(separator: ", ")
      throw .notRead(
        file: file, found: "training does not know the architecture '\(type)'",
        remedy: "give a base of \(known); analyze reads adapters and checkpoints of any")
    }
    let configuration = try family.configuration(from: ConfigurationReader(json, file: file))
    // The file of the weights is believed before the configuration: nothing is made before every size agrees.
    try Self.check(configuration, against: folder, file: file)
    self.init(configuration: configuration, weights: TensorSet(DecoderLayout(configuration)))
    for (index, slot) in layout.slots.enumerated() {
      let stored = try folder.weight(named: slot.name)
      files.append(stored.file)
      let view = weights[index]
      // A block of rows at a time, so that a large embedding is never in memory twice.
      let step = max(1, (1 << 20) / max(slot.columns, 1))
      for start in stride(from: 0, to: stored.rows, by: step) {
        let rows = start..<min(start + step, stored.rows)
        let values = try stored.doubles(rows: rows)
        guard values.allSatisfy(\.isFinite) else {
          throw .notFinite(tensor: slot.name, file: stored.file)
        }
        let target =
          slot.rows == 1 ? view : view.rows(rows)
        target.set(Matrix(rows: target.rows, columns: target.columns, values: values))
      }
    }
  }

  private static func check(
    _ configuration: DecoderConfiguration, against folder: ModelFolder, file: String
  ) throws(CheckpointError) {
    let layers = Set(folder.weights.tensors.compactMap { DecoderLayout.layer(of: $0.name) }).count
    guard configuration.layers == layers else {
      throw .unexpectedValue(
        file: file, key: "num_hidden_layers", expected: "the \(layers) of the weights",
        found: "\(configuration.layers)")
    }
    for slot in DecoderLayout(configuration).slots {
      let stored = try folder.weight(named: slot.name)
      guard stored.shape == slot.shape else {
        throw .unexpectedValue(
          file: folder.path, key: slot.name, expected: "a tensor of shape \(slot.shape)",
          found: "\(stored.shape)")
      }
    }
  }

  /// The same decoder with every number rounded to a narrower type.
  func rounded(to type: DataType) -> DecoderModel {
    let rounded = TensorSet<Element>(layout)
    for index in layout.slots.indices {
      rounded[index].set(weights[index].matrix.rounded(to: type))
    }
    var model = DecoderModel(configuration: configuration, weights: rounded)
    model.files = files
    return model
  }

  /// The text of `config.json`.
  /// - Parameters:
  ///   - endToken: The `eos_token_id`.
  ///   - paddingToken: The `pad_token_id`.
  public func configurationText(endToken: Int, paddingToken: Int?) -> String {
    guard let family = DecoderFamilyRegistry.find(configuration.modelType) else {
      preconditionFailure("a decoder has the type of a family")
    }
    var fields: [String: JSONValue] = [
      "architectures": .array([.string(family.architecture)]),
      "model_type": .string(family.modelType),
      "vocab_size": .integer(configuration.vocabularySize),
      "hidden_size": .integer(configuration.width),
      "num_hidden_layers": .integer(configuration.layers),
      "num_attention_heads": .integer(configuration.heads),
      "num_key_value_heads": .integer(configuration.keyValueHeads),
      "head_dim": .integer(configuration.headWidth),
      "intermediate_size": .integer(configuration.feedForwardWidth),
      "rms_norm_eps": .number(configuration.normEpsilon),
      "max_position_embeddings": .integer(configuration.maximumPositions),
      "tie_word_embeddings": .bool(configuration.tiesEmbeddings),
      "hidden_act": .string(configuration.activation.rawValue),
      "torch_dtype": .string("float32"), "dtype": .string("float32"),
      "eos_token_id": .integer(endToken), "bos_token_id": .null,
      "pad_token_id": paddingToken.map { .integer($0) } ?? .null,
    ]
    fields.merge(family.fields(of: configuration)) { $1 }
    return JSONValue.table(fields).page
  }

  /// The tensors as they are stored, in single precision.
  public var entries: [SafetensorsWriter.Entry] {
    layout.slots.enumerated().map { index, slot in
      SafetensorsWriter.Entry(
        name: slot.name, shape: slot.shape,
        values: .float32(weights[index].values.map { Float($0) }))
    }
  }
}
