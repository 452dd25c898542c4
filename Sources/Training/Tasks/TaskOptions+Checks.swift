extension TaskOptions {
  /// An integer of a range, or the task's default.
  func integer(
    _ path: KeyPath<TaskOptions, Int?>, _ name: String, in range: ClosedRange<Int>,
    default standard: Int, task: String
  ) throws(TaskError) -> Int {
    let value = self[keyPath: path] ?? standard
    guard range.contains(value) else {
      throw .invalidOption(
        task: task, option: name, value: "\(value)",
        expected: "\(range.lowerBound) … \(range.upperBound)")
    }
    return value
  }

  /// The probability of a damaged demonstration.
  func noise(default standard: Double, task: String) throws(TaskError) -> Double {
    let value = noise ?? standard
    guard (0...1).contains(value) else {
      throw .invalidOption(task: task, option: "noise", value: "\(value)", expected: "0 … 1")
    }
    return value
  }

  /// Different operators out of those a task knows, in the order given.
  func operators(
    of known: String, default standard: String, task: String
  ) throws(TaskError) -> [Character] {
    let chosen = Array(operators ?? standard)
    guard !chosen.isEmpty, Set(chosen).count == chosen.count, Set(chosen).isSubset(of: known)
    else {
      throw .invalidOption(
        task: task, option: "operators", value: "'\(String(chosen))'",
        expected: "different characters out of '\(known)'")
    }
    return chosen
  }
}
