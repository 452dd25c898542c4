import Experiments
import Foundation
import Synchronization

/// Shows how far an analysis is: a bar with rate and time left on a terminal, else one line for each
/// tenth of the work.
///
/// A class, because workers report to it from several threads.
final class ProgressLine: Sendable {
  private let isQuiet: Bool
  private let state = Mutex(State())

  private struct State {
    var shown = -1.0
    var tenth = 0
  }

  init(isQuiet: Bool) { self.isQuiet = isQuiet }

  /// Shows the latest state, at most ten times a second.
  func update(_ progress: AnalysisProgress) {
    guard !isQuiet else { return }
    state.withLock { state in
      if Terminal.isInteractive {
        let isLast = progress.done == progress.total
        guard isLast || progress.elapsed - state.shown > 0.1 else { return }
        state.shown = progress.elapsed
        Terminal.replaceLine(with: Self.bar(progress))
      } else {
        let tenth = Int(progress.share * 10 + 1e-9)
        guard tenth > state.tenth || progress.done == progress.total else { return }
        state.tenth = tenth
        Terminal.say(Self.line(progress))
      }
    }
  }

  /// Clears the line of the bar.
  func finish() {
    if Terminal.isInteractive, !isQuiet { Terminal.replaceLine(with: "") }
  }

  private static func line(_ progress: AnalysisProgress) -> String {
    "\(progress.done)/\(progress.total) matrices, \(time(progress.elapsed)) elapsed"
      + (progress.remaining.map { ", about \(time($0)) left" } ?? "")
  }

  private static func bar(_ progress: AnalysisProgress) -> String {
    let rate = progress.elapsed > 0 ? Double(progress.done) / progress.elapsed : 0
    let text =
      " \(progress.done)/\(progress.total)  \(String(format: "%.1f", rate))/s  "
      + (progress.remaining.map { "\(time($0)) left" } ?? "")
    let width = max(10, min(40, Terminal.width - text.count - 2))
    let filled = Int(progress.share * Double(width))
    return String(repeating: "█", count: filled)
      + String(repeating: "░", count: width - filled) + text
  }

  /// `42 s`, `3 min 20 s`, `2 h 5 min`.
  static func time(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
