import Checkpoints
import Foundation

/// A quantised model: the file of its weights, or its configuration beside the weights of every scheme.
enum QuantizedModelTarget: FuzzTarget {
  static let name = "quantized-model"
  static let seeds = "model.safetensors"

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    let weights = try folder.write("model.safetensors", input)
    // Every scheme is told by its tensors; AWQ and the second format of GPTQ only by the configuration.
    for settings in [
      "{}", #"{"quantization_config":{"quant_method":"awq"}}"#,
      #"{"quantization_config":{"quant_method":"gptq","bits":3,"checkpoint_format":"gptq_v2"}}"#,
    ] {
      try folder.write("config.json", Array(settings.utf8))
      guard let model = try? ModelFolder(path: weights) else { continue }
      for weight in model.parameters where weight.storageType.isDecodable {
        // A shape may stand for far more elements than the file holds bytes only if the weight has none.
        let values = try weight.doubles()
        for row in [0, weight.rows - 1] where row >= 0 && weight.columns > 0 {
          let again = try weight.doubles(rows: row..<row + 1)
          let first = row * weight.columns
          precondition(
            zip(again, values[first..<first + weight.columns]).allSatisfy {
              $0.bitPattern == $1.bitPattern
            }, "a row read alone differs")
        }
      }
    }
  }
}
