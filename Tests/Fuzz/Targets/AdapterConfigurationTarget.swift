import Checkpoints
import Updates

/// The configuration of an adapter beside tensors of LoRA.
enum AdapterConfigurationTarget: FuzzTarget {
  static let name = "adapter-configuration"
  static let seeds = "adapter_config.json"

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    try folder.write("adapter_config.json", input)
    let module = "base_model.model.model.layers.0.self_attn.q_proj"
    try folder.write(
      "adapter_model.safetensors",
      header: Array(
        """
        {"\(module).lora_A.weight":{"dtype":"F32","shape":[2,4],"data_offsets":[0,32]},
         "\(module).lora_B.weight":{"dtype":"F32","shape":[4,2],"data_offsets":[32,64]}}
        """.utf8))
    _ = try CheckpointUpdates(of: AdapterFolder(path: folder.path), base: nil)
  }
}
