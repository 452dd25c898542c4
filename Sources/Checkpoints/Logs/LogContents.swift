/// What a file logged. Its names are understood in the same way throughout: a column that counts steps in some records
/// and is missing in others must not be mixed with one that counts something else.
struct LogContents {
  /// Why the rest was not read; nil if all was.
  var fault: String?
  /// When the first and the last record were written, in seconds; nil if the log does not say it.
  private(set) var times: ClosedRange<Double>?

  private struct Record {
    let step: Int?
    var columns: [(name: String, value: Double)]
  }

  private var records: [Record] = []
  /// The names of the step that occur.
  private var stepNames: Set<String> = []

  /// More records, each of which costs some hundred bytes, are no log of training.
  private static let limit = 1 << 20

  /// Adds what was logged at once; past the limit it is a fault.
  /// - Parameters:
  ///   - step: Nil if the step is one of the columns. Records that follow one another with one step become one.
  ///   - time: When it was written, in seconds.
  mutating func add(
    _ columns: [(name: String, value: Double)], step: Int? = nil, time: Double? = nil
  ) {
    if let time, time.isFinite {
      times = min(times?.lowerBound ?? time, time)...max(times?.upperBound ?? time, time)
    }
    stepNames.formUnion(columns.lazy.map(\.name).filter(Self.stepNames.contains))
    if step != nil, records.last?.step == step {
      records[records.count - 1].columns += columns
    } else if records.count < Self.limit {
      records.append(Record(step: step, columns: columns))
    } else {
      fault = "it has more than \(Self.limit) records"
    }
  }

  /// One row for each record that has a possible step.
  /// - Parameter part: What stands before the names of an evaluation (`eval_`); nil for training.
  func rows(of part: String? = nil) -> [HistoryRow] {
    let stepName = stepName
    let placed = records.compactMap { record in
      step(of: record, stepName).map { (step: $0, columns: record.columns) }
    }
    let known = Self.knownNames(Set(placed.lazy.flatMap(\.columns).map(\.name)), part)
    return placed.map { record in
      var values: [String: Double] = [:]
      for (name, value) in record.columns {
        if let name = known[name] { values[name] = value }
      }
      return HistoryRow(step: record.step, values: values)
    }
  }

  /// TensorBoard's `add_scalars` writes each curve of a plot into a folder of its own, all of them under the name of the
  /// plot: `loss` in the folders `loss_train` and `loss_val`. The curve of the training keeps that name, and the others
  /// get their own: `eval_loss`, `loss/ema`.
  mutating func nameCurve(ofFolder folder: String) {
    let names = Set(records.lazy.flatMap(\.columns).map(\.name))
    guard names.count == 1, let plot = names.first else { return }
    let beginning = plot.replacing("/", with: "_") + "_"
    guard folder.count > beginning.count, folder.hasPrefix(beginning) else { return }
    let curve = String(folder.dropFirst(beginning.count))
    let name =
      ["train", "training"].contains(curve.lowercased())
      ? plot : Self.partNames[curve.lowercased()].map { $0 + plot } ?? "\(plot)/\(curve)"
    for index in records.indices {
      records[index].columns = records[index].columns.map { (name, $0.value) }
    }
  }

  /// What stands before the names of an evaluation, by the name of the folder it is logged in.
  static let partNames = [
    "eval": "eval_", "evaluation": "eval_", "val": "eval_", "valid": "eval_",
    "validation": "eval_", "test": "test_",
  ]

  /// What was logged without a step, in words; nil if nothing was.
  var unplaced: String? {
    let stepName = stepName
    let count = records.count { record in
      step(of: record, stepName) == nil && record.columns.contains { Self.isOfTraining($0.name) }
    }
    if count == 0 { return nil }
    return
      "\(count) record\(count == 1 ? "" : "s") without \(stepName.map { "'\($0)'" } ?? "a step")"
  }

  private func step(of record: Record, _ stepName: String?) -> Int? {
    let logged = record.columns.last { $0.name == stepName }.flatMap { Int(exactly: $0.value) }
    return (record.step ?? logged).flatMap { HistoryRow.steps.contains($0) ? $0 : nil }
  }
}

extension LogContents {
  /// The names of the step, the first that is there counts: trainers; Trainer, TRL and verl to W&B; Lightning;
  /// LLaMA-Factory; W&B's own count of calls.
  private static let stepNames = [
    "step", "train/global_step", "training/global_step", "trainer/global_step", "global_step",
    "current_steps", "_step",
  ]

  private var stepName: String? { Self.stepNames.first(where: stepNames.contains) }

  /// Whether a column is neither a step nor W&B's clock, whose names begin with an underscore.
  private static func isOfTraining(_ name: String) -> Bool {
    !name.hasPrefix("_") && !stepNames.contains(name)
  }

  /// The names in rows. A plain name belongs to the column that has it itself, if there is one.
  private static func knownNames(_ names: Set<String>, _ part: String?) -> [String: String] {
    var known: [String: String] = [:]
    for name in names where isOfTraining(name) {
      let plain = plainName(name)
      let own = names.contains(plain) ? name : plain
      known[name] = part.map { own.hasPrefix($0) ? own : $0 + own } ?? own
    }
    return known
  }

  /// The name in trainer_state.json of what Trainer gives to TensorBoard and W&B: `loss` for `train/loss`, `eval_loss`
  /// for `eval/loss`.
  private static func plainName(_ name: String) -> String {
    if name.hasPrefix("train/") { return String(name.dropFirst("train/".count)) }
    if name.hasPrefix("eval/") { return "eval_" + name.dropFirst("eval/".count) }
    return name
  }
}
