import Foundation
import Training

/// Shows the progress of a run: one changing line on a terminal, else a line at each evaluation.
final class TrainingLine {
  private let isQuiet: Bool
  private let steps: Int
  private let first: Int
  private let begin = ContinuousClock.now
  private var tokens = 0.0
  private var accuracy: Double?

  init(isQuiet: Bool, steps: Int, from first: Int, title: String) {
    self.isQuiet = isQuiet
    self.steps = steps
    self.first = first
    if !isQuiet {
      Terminal.say(title + (first > 0 ? ", going on from step \(first)" : ""))
    }
  }

  func update<Element>(_ event: TrainingRun<Element>.Event) {
    guard case .step(let record) = event else { return }
    update(record)
  }

  func update(_ record: StepRecord) {
    guard !isQuiet else { return }
    tokens += record["num_tokens"] ?? 0
    accuracy = record["eval_accuracy"] ?? accuracy
    if Terminal.isInteractive {
      Terminal.replaceLine(with: text(record))
    } else if record["eval_accuracy"] != nil {
      Terminal.say(text(record))
    }
  }

  /// Prints a separate line above the changing one.
  func say(_ line: String) {
    guard !isQuiet else { return }
    if Terminal.isInteractive { Terminal.replaceLine(with: "") }
    Terminal.say(line)
  }

  private func text(_ record: StepRecord) -> String {
    let elapsed = (ContinuousClock.now - begin) / .seconds(1)
    let done = record.step - first
    var parts = ["step \(record.step)/\(steps)"]
    for (name, label) in [("reward", "reward"), ("loss", "loss"), ("entropy", "entropy")] {
      if name == "loss", record["reward"] != nil { continue }
      if let value = record[name] { parts.append("\(label) \(String(format: "%.3f", value))") }
    }
    if let accuracy {
      parts.append("held-out \(String(format: "%.3f", accuracy))")
    }
    if done > 0, elapsed > 0 {
      parts.append("\(Int(tokens / elapsed)) tokens/s")
      let left = elapsed / Double(done) * Double(steps - record.step)
      if record.step < steps { parts.append("\(ProgressLine.time(left)) left") }
    }
    return parts.joined(separator: "  ")
  }
}
