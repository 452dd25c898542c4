import Checkpoints

/// A file of `torch.save`: a zip archive with a pickle, or the older format.
enum PyTorchTarget: FuzzTarget {
  static let name = "pytorch"
  static let seeds = "*.pt"

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    try folder.readTensors("a.pt", input)
  }
}
