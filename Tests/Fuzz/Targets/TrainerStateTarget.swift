import Checkpoints

/// The state of a trainer, with the curves of its history.
enum TrainerStateTarget: FuzzTarget {
  static let name = "trainer-state"
  static let seeds = "trainer_state.json"

  static func read(_ input: [UInt8], in folder: FuzzFolder) throws {
    let state = try TrainerState(file: folder.write("trainer_state.json", input))
    for row in state.history { _ = row.reward }
  }
}
