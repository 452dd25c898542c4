package import Checkpoints
package import Documents

/// A supported architecture of Hugging Face: how its `config.json` is read and written.
///
/// A new family is one file and one line in `DecoderFamilyRegistry/all`.
package protocol DecoderFamily: Sendable {
  /// The `model_type` of its configurations.
  static var modelType: String { get }
  /// The class of transformers that reads it.
  static var architecture: String { get }

  /// The decoder that a configuration describes.
  /// - Throws: `CheckpointError` for a missing or unfit field, or an option that is not supported.
  static func configuration(
    from reader: ConfigurationReader
  ) throws(CheckpointError) -> DecoderConfiguration

  /// What the family has beyond Llama's, in a small decoder that is made for training from scratch.
  /// - Parameter sizes: A Llama-style decoder.
  static func small(_ sizes: DecoderConfiguration) -> DecoderConfiguration

  /// The fields that only this family writes.
  static func fields(of configuration: DecoderConfiguration) -> [String: JSONValue]
}

/// All families, in the order in which they are listed.
package enum DecoderFamilyRegistry {
  package static let all: [any DecoderFamily.Type] = [
    LlamaFamily.self,
    Qwen2Family.self,
    Gemma3Family.self,
  ]

  /// The family of a `model_type`.
  package static func find(_ modelType: String) -> (any DecoderFamily.Type)? {
    all.first { $0.modelType == modelType }
  }
}
