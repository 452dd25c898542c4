import Checkpoints
import Testing

/// Logs of one run in several folders.
@Suite("Folders of logs") struct LogFolderTests {
  /// The run of an adapter beside which event files with one curve each lie, by their folders.
  private func run(_ curves: [(folder: String, tag: String, time: Double, value: Float)]) throws
    -> Run
  {
    let folder = try TestFolder()
    try folder.writeAdapter("run/checkpoint-5")
    for (index, curve) in curves.enumerated() {
      let events = (UInt8(1)...2).map {
        TensorBoardBytes.event(
          time: curve.time + Double($0), step: $0, curve.tag, curve.value)
      }
      try folder.write(
        "run/\(curve.folder)/events.out.tfevents.170000000\(index).host",
        TensorBoardBytes.file(events))
    }
    return try #require(try Discovery.runs(at: folder.path + "/run").first)
  }

  @Test func `curves of add_scalars keep apart`() throws {
    let run = try run([
      ("logs/loss_train", "loss", 0, 1), ("logs/loss_val", "loss", 0, 2),
      ("logs/loss_test", "loss", 0, 3), ("logs/loss_ema", "loss", 0, 4),
      ("logs/objective_kl_old", "objective/kl", 0, 5),
    ])
    let values = [
      "loss": 1.0, "eval_loss": 2, "test_loss": 3, "loss/ema": 4, "objective/kl/old": 5,
    ]
    #expect(
      run.history == [HistoryRow(step: 1, values: values), HistoryRow(step: 2, values: values)])
    #expect(run.notes == ["what was logged is read from 5 files of TensorBoard"])
  }

  @Test func `what several folders logged at the same time is not read`() throws {
    let run = try run([
      ("logs/actor", "loss", 0, 1), ("logs/critic", "loss", 0.5, 2), ("logs/critic", "kl", 0, 3),
    ])
    #expect(run.history.map(\.values) == [["kl": 3], ["kl": 3]])
    #expect(
      run.notes == [
        "not read: 'loss', which several folders of TensorBoard logged at the same time",
        "what was logged is read from 3 files of TensorBoard",
      ])
  }

  @Test func `what two folders repeat is read once`() throws {
    let run = try run([("runs/a", "loss", 0, 1), ("runs/b", "loss", 0.5, 1)])
    #expect(run.history.map { $0.values["loss"] } == [1, 1])
    #expect(run.notes == ["what was logged is read from 2 files of TensorBoard"])
  }

  @Test func `a run that was resumed in another folder goes on`() throws {
    let run = try run([("runs/Jan01", "loss", 0, 1), ("runs/Jan02", "loss", 10, 2)])
    #expect(run.history.map { $0.values["loss"] } == [2, 2])
    #expect(run.notes == ["what was logged is read from 2 files of TensorBoard"])
  }
}
