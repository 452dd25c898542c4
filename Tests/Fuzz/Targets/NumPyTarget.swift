import Checkpoints

/// An archive of NumPy's arrays.
enum NumPyTarget: FuzzTarget {
  static let name = "numpy"
  static let seeds = "*.npz"

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    try folder.readTensors("a.npz", input)
  }
}
