import Checkpoints
import Updates

/// What was found on the way to checkpoints, and how their runs stand to the base that they are applied to.
struct BaseReview {
  /// A line for each: such as a later checkpoint that cannot be read, or a base that a run was not trained on.
  private(set) var notes: [String] = []
  /// For each checkpoint, what speaks against the base.
  private var doubts: [BaseDoubt?] = []
  private let inputs: [MergeInput]

  /// - Parameter base: What all are applied to; nil for none.
  /// - Throws: What reading the base throws.
  init(of inputs: [MergeInput], on base: ModelFolder?) throws {
    self.inputs = inputs
    var hashes = ContentHashes()
    for input in inputs {
      let doubt = try base.flatMap { try input.run.doubt(about: $0, &hashes) }
      doubts.append(doubt)
      notes += (input.run.notes + [doubt?.warning].compactMap(\.self)).map {
        "'\(input.path)': \($0)"
      }
    }
  }

  /// Why the base cannot be the one that the first of the checkpoints was trained on; nil if nothing says so.
  /// - Parameter updates: What that one changes.
  func contradiction(_ updates: CheckpointUpdates) -> String? {
    inputs[0].run.contradiction(doubts[0], updates.findings)
  }
}
