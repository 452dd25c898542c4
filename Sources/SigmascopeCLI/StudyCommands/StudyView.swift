import Diagnosis
import Experiments
import Foundation
import Studies
import Synchronization

/// Shows how a study goes: a line for each finished run, and on a terminal one with the time left.
///
/// A class, because workers report to it from several threads.
final class StudyView: Sendable {
  private let isQuiet: Bool
  private let lock = Mutex(())

  init(isQuiet: Bool) { self.isQuiet = isQuiet }

  func update(_ progress: StudyProgress) {
    guard !isQuiet else { return }
    lock.withLock { _ in
      if Terminal.isInteractive { Terminal.replaceLine(with: "") }
      Terminal.say(Self.line(progress))
      if Terminal.isInteractive, let left = progress.remaining, progress.done < progress.total {
        Terminal.replaceLine(
          with: "\(progress.done)/\(progress.total) runs, \(ProgressLine.time(left)) left")
      }
    }
  }

  func finish() {
    if Terminal.isInteractive, !isQuiet { Terminal.replaceLine(with: "") }
  }

  /// `[12/60] pissa-lr3e-3-seed0  0.41 → 0.00  collapsed at step 9  (3 min 20 s left)`.
  private static func line(_ progress: StudyProgress) -> String {
    var words = ["[\(progress.done)/\(progress.total)] \(progress.last.name)"]
    switch progress.last {
    case .trained(let run): words += Self.words(run)
    case .probed(let probe):
      let death = probe.reading.bisected.map { "dies at \(Words.twoDigitRate($0))" }
      words.append(death ?? "no rate found at which it dies")
    }
    if let left = progress.remaining, progress.done < progress.total, !Terminal.isInteractive {
      words.append("(\(ProgressLine.time(left)) left)")
    }
    return words.joined(separator: "  ")
  }

  private static func words(_ run: StudyRun) -> [String] {
    var words = [String]()
    if let start = run.startScore, let end = run.finalScore {
      words.append(String(format: "%.2f → %.2f", start, end))
    }
    if run.failure != nil {
      words.append("not finite")
    } else if run.isCollapsed {
      words.append("collapsed" + (run.lossStep.map { " at step \($0)" } ?? ""))
    }
    return words
  }
}
