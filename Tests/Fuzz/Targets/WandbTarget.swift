import Checkpoints

/// The file of a W&B run, as it is and as the message of a frame whose checksum fits.
enum WandbTarget: FuzzTarget {
  static let name = "wandb"
  static let seeds = "*.wandb"

  static func read(_ input: [UInt8], in _: FuzzFolder) throws {
    let file = "run-a.wandb"
    let message = Array(input.prefix(30_000))
    let sum = checksum([1] + message, polynomial: 0xEDB8_8320)
    let frame =
      Array(":W&B".utf8) + [0xE1, 0xBE, 0] + littleEndian(UInt64(sum), bytes: 4)
      + littleEndian(UInt64(message.count), bytes: 2) + [1] + message
    for row in LogReaders.rows(of: input, named: file) + LogReaders.rows(of: frame, named: file) {
      _ = row.reward
    }
  }
}
