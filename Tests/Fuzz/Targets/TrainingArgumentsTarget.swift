import Checkpoints

/// The pickled settings of a trainer, of which only operations are read.
enum TrainingArgumentsTarget: FuzzTarget {
  static let name = "training-arguments"
  static let seeds = "training_args*.bin"

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    _ = try TrainingArguments(file: folder.write("training_args.bin", input)).settings
  }
}
