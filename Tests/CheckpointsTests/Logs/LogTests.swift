import Checkpoints
import Documents
import Foundation
import Testing

/// Logs beside an adapter, through the history of its run.
@Suite("Logs") struct LogTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures/logs")
  private static let eventFile = "events.out.tfevents.1700000000.host"
  private static let wandbFile = "offline-run-20260101_000000-abcdefgh/run-abcdefgh.wandb"

  private func fixture(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: Self.fixtures.appendingPathComponent(name)))
  }

  /// The run of an adapter beside which these files lie.
  private func run(_ files: [String: [UInt8]]) throws -> Run {
    let folder = try TestFolder()
    try folder.writeAdapter("run/checkpoint-5")
    for (name, bytes) in files { try folder.write("run/" + name, bytes) }
    return try #require(try Discovery.runs(at: folder.path + "/run").first)
  }

  /// `series` of make_logs.py.
  private func expected(_ step: Int) -> [String: Double] {
    [
      "loss": 2 - Double(step) / 8, "reward": Double(step) / 4, "learning_rate": 1 / 1024,
      "eval_loss": 1.5,
    ]
  }

  @Test(arguments: [
    "tensorboard/simple/" + eventFile, "tensorboard/tensors/" + eventFile, "wandb/" + wandbFile,
  ])
  func `what the libraries wrote is read`(file: String) throws {
    let place = file.hasPrefix("wandb/") ? file : "runs/Jan01_host/" + Self.eventFile
    let run = try run([place: fixture(file)])
    #expect(run.history.map(\.step) == Array(1...5))
    for row in run.history {
      for (name, value) in expected(row.step) { #expect(row.values[name] == value) }
      if file.hasPrefix("wandb/") { #expect(row.values["nested/kl"] == Double(row.step) / 2) }
    }
    #expect(run.history.map(\.reward) == [0.25, 0.5, 0.75, 1, 1.25])
    #expect(run.notes == ["what was logged is read from \(place)"])
  }

  @Test(arguments: ["tensorboard/simple/" + eventFile, "wandb/" + wandbFile])
  func `a log that is cut anywhere gives its whole records`(file: String) throws {
    let bytes = try fixture(file)
    let name = String(file.split(separator: "/").last ?? "")
    let whole = LogReaders.rows(of: bytes, named: name)
    #expect(whole.count >= 5)
    for count in bytes.indices {
      let rows = LogReaders.rows(of: Array(bytes.prefix(count)), named: name)
      #expect(rows.dropLast() == whole.prefix(rows.count).dropLast())
      // TensorBoard has an event for each column, so that the last row may lack some.
      guard let last = rows.last else { continue }
      let complete = whole[rows.count - 1]
      #expect(last.step == complete.step)
      #expect(last.values.allSatisfy { complete.values[$0.key] == $0.value })
    }
  }

  @Test(arguments: ["tensorboard/tensors/" + eventFile, "wandb/" + wandbFile])
  func `a changed byte is found by its checksum`(file: String) throws {
    var bytes = try fixture(file)
    bytes[bytes.count / 2] ^= 1
    let run = try run([file: bytes])
    #expect(run.history.count < 5)
    let note = try #require(run.notes.first)
    #expect(note.contains("is read only as far as it is whole ("))
    #expect(note.hasSuffix("does not fit its checksum"))
  }

  @Test func `a record of W&B may be longer than a block`() throws {
    let long = #"""# + String(repeating: "x", count: 70_000) + #"""#
    let bytes = WandbBytes.file([
      WandbBytes.history(["_step": "3", "note": long, "train/loss": "1.5"]),
      WandbBytes.history(["_step": "4", "train/loss": #""NaN""#]),
    ])
    let rows = LogReaders.rows(of: bytes, named: "run-a.wandb")
    #expect(rows.map(\.step) == [3, 4])
    #expect(rows[0].values == ["loss": 1.5])
    #expect(rows[1].values["loss"]?.isNaN == true)
  }

  @Test func `lines of JSON are read up to one that is not whole`() throws {
    let text =
      #"{"step": 1, "loss": 2, "name": "x"}"# + "\n\n" + #"{"step": 2, "loss": NaN}"# + "\r\n"
    #expect(
      try run(["metrics.jsonl": Array((text + #"{"step": 3, "lo"#).utf8)]).history.map(\.step) == [
        1, 2,
      ])
    let run = try run(["metrics.jsonl": Array((text + "oops\n").utf8)])
    #expect(run.history.map(\.step) == [1, 2])
    #expect(
      run.notes.first
        == "metrics.jsonl is read only as far as it is whole (2 rows): line 4 is not JSON: unexpected 'o'"
    )
  }

  @Test func `LLaMA-Factory's and verl's lines have their steps`() throws {
    let factory =
      #"{"current_steps": 10, "total_steps": 20, "loss": 1.25, "lr": 0.5, "epoch": 0.1, "elapsed_time": "0:1"}"#
    let row = try #require(
      try run(["trainer_log.jsonl": Array((factory + "\n").utf8)]).history.first)
    #expect(row.step == 10)
    #expect(row.value(of: .learningRate) == 0.5)
    #expect(row.value(of: .loss) == 1.25)
    let verl =
      #"{"step": 7, "data": {"critic/score/mean": 0.5, "actor/pg_clipfrac": 0.25, "training/epoch": 0}}"#
    let second = try #require(try run(["metrics.jsonl": Array((verl + "\n").utf8)]).history.first)
    #expect(second.step == 7)
    #expect(second.reward == 0.5)
    #expect(second.value(of: .clipFraction) == 0.25)
  }

  @Test func `Lightning's table has a cell where something was logged`() throws {
    let text = "\u{FEFF}epoch,step,train_loss,val_loss\n0,9,1.5,\n0,9,,2.5\n1,19,1.25,\n1,2"
    let run = try run(["lightning_logs/version_0/metrics.csv": Array(text.utf8)])
    #expect(run.history.map(\.step) == [9, 19])
    #expect(run.history[0].value(of: .loss) == 1.5)
    #expect(run.history[0].value(of: .evaluationLoss) == 2.5)
  }

  @Test func `a report of this program is no log`() throws {
    let table = Array("run,method,seed,step,module,rows\na,lora,,5,q,4\n".utf8)
    let beside = try run(["report/metrics.csv": table, "report/.sigmascope": []])
    #expect(beside.history.isEmpty && beside.notes.isEmpty)
    let alone = try run(["metrics.csv": table])
    #expect(alone.history.isEmpty)
    #expect(alone.notes.first?.hasSuffix("'run' holds 'a' in line 2, not a number") == true)
  }

  @Test func `no quantity is taken from two sources`() throws {
    let state = #"{"global_step":5,"log_history":[{"step":5,"reward":1,"loss":2,"epoch":1}]}"#
    let lines = #"{"step":4,"critic/score/mean":9,"loss":8,"kl":0.5,"runtime":3}"# + "\n"
    let run = try run(["trainer_state.json": Array(state.utf8), "metrics.jsonl": Array(lines.utf8)])
    #expect(
      run.history == [
        HistoryRow(step: 4, values: ["kl": 0.5]),
        HistoryRow(step: 5, values: ["reward": 1, "loss": 2, "epoch": 1]),
      ])
    #expect(run.notes == ["what was logged is read from trainer_state.json, then metrics.jsonl"])
  }

  @Test func `the same log beside the saved state adds nothing`() throws {
    let state = #"{"global_step":5,"log_history":[{"step":5,"reward":1,"loss":2}]}"#
    let run = try run([
      "trainer_state.json": Array(state.utf8),
      "metrics.jsonl": Array((#"{"step":5,"reward":1,"loss":2}"# + "\n").utf8),
    ])
    #expect(run.history == [HistoryRow(step: 5, values: ["reward": 1, "loss": 2])])
    #expect(run.notes.isEmpty)
  }

  @Test func `a resumed run forgets what came after the point of resumption`() throws {
    let file = { (steps: ClosedRange<Int>, loss: Double) in
      WandbBytes.file(steps.map { WandbBytes.history(["_step": "\($0)", "loss": "\(loss)"]) })
    }
    let run = try run([
      "wandb/offline-run-20260101_000000-a/run-a.wandb": file(1...6, 1),
      "wandb/run-20260102_000000-a/run-a.wandb": file(4...5, 2),
    ])
    #expect(run.history.map(\.step) == [1, 2, 3, 4, 5])
    #expect(run.history.map { $0.values["loss"] } == [1, 1, 1, 2, 2])
    #expect(run.notes == ["what was logged is read from 2 files of W&B"])
  }

  @Test func `a run that was resumed into its file forgets its dead branch`() throws {
    let lines = [1, 2, 3, 4, 5, 6, 3, 4].enumerated().map { place, step in
      #"{"step":\#(step),"reward":\#(place < 6 ? 0 : 1)}"#
    }
    let late = #"{"step":2,"eval_accuracy":0.5}"#
    let run = try run([
      "metrics.jsonl": Array((lines + [late]).joined(separator: "\n").utf8) + [10]
    ])
    #expect(run.history.map(\.step) == [1, 2, 3, 4])
    #expect(run.history.map { $0.values["reward"] } == [0, 0, 1, 1])
    #expect(run.history[1].values["eval_accuracy"] == 0.5)
  }

  @Test(arguments: [
    #"{"step":1,"reward":0.5,"train/reward":9}"#, #"{"step":1,"train/reward":9,"reward":0.5}"#,
    #"{"step":1,"train/reward":9}"# + "\n" + #"{"step":1,"reward":0.5}"#,
    #"{"step":1,"reward":0.5}"# + "\n" + #"{"step":1,"train/reward":9}"#,
  ])
  func `a plain name belongs to the column that has it`(lines: String) throws {
    let run = try run(["metrics.jsonl": Array((lines + "\n").utf8)])
    #expect(run.history == [HistoryRow(step: 1, values: ["reward": 0.5, "train/reward": 9])])
  }

  @Test func `W&B's count of calls is not taken for steps where there are steps`() throws {
    let run = try run([
      "wandb/run-20260101_000000-a/run-a.wandb": WandbBytes.file([
        WandbBytes.history(["_step": "0", "train/global_step": "1", "train/reward": "0.5"]),
        WandbBytes.history(["_step": "1", "completions": #"{"_type":"table-file","nrows":8}"#]),
        WandbBytes.history(["_step": "2", "reward": "7"]),
        WandbBytes.history(["_step": "3", "train/global_step": "2", "train/reward": "1"]),
      ])
    ])
    #expect(
      run.history == [
        HistoryRow(step: 1, values: ["reward": 0.5]), HistoryRow(step: 2, values: ["reward": 1]),
      ])
    #expect(
      run.notes.first
        == "not read: 1 record without 'train/global_step' in wandb/run-20260101_000000-a/run-a.wandb"
    )
  }

  @Test func `a log without steps is named`() throws {
    let run = try run(["metrics.jsonl": Array(#"{"epoch":1,"loss":2}"#.utf8)])
    #expect(run.history.isEmpty)
    #expect(run.notes == ["not read: 1 record without a step in metrics.jsonl"])
  }

  @Test(arguments: [("val", "eval_reward"), ("validation", "eval_reward"), ("test", "test_reward")])
  func `evaluations in folders of their own do not replace the training`(
    folder: String, column: String
  ) throws {
    let line = { (reward: Double) in Array(#"{"step":1,"reward":\#(reward)}\#n"#.utf8) }
    let both = try run([
      "logs/train/metrics.jsonl": line(0.5), "logs/\(folder)/metrics.jsonl": line(9),
    ])
    #expect(both.history == [HistoryRow(step: 1, values: ["reward": 0.5, column: 9])])
    let alone = try run(["logs/\(folder)/metrics.jsonl": line(9)])
    #expect(alone.history == [HistoryRow(step: 1, values: ["reward": 9])])
  }

  @Test func `a log of endless records is read up to a limit`() throws {
    let text = "step,a\n" + String(repeating: "1,1\n", count: (1 << 20) + 1)
    let run = try run(["metrics.csv": Array(text.utf8)])
    #expect(run.history == [HistoryRow(step: 1, values: ["a": 1])])
    #expect(run.notes.first?.hasSuffix(": it has more than 1048576 records") == true)
  }

  @Test func `a record of endless fields is passed over`() {
    let endless = [[UInt8]](repeating: [0x08, 0x01], count: (1 << 18) + 1).flatMap(\.self)
    let bytes = WandbBytes.file([
      endless, WandbBytes.history(["_step": "3", "loss": "1.5"]),
    ])
    #expect(
      LogReaders.rows(of: bytes, named: "run-a.wandb") == [
        HistoryRow(step: 3, values: ["loss": 1.5])
      ]
    )
  }

  @Test func `logs of checkpoints and of other runs are not this run's`() throws {
    let line = Array((#"{"step":1,"loss":1}"# + "\n").utf8)
    let run = try run([
      "checkpoint-5/metrics.jsonl": line, "second/checkpoint-1/x": [0],
      "second/metrics.jsonl": line,
      "answers.jsonl": line,
    ])
    #expect(run.history.isEmpty)
  }
}
