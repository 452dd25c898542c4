import Documents
import Experiments
import Foundation
import Synchronization

/// Shows how far an analysis is: a bar with rate and time left on a terminal, from the first second; else a line each
/// ten seconds.
///
/// A class, because workers report to it from several threads.
final class ProgressLine: Sendable {
  private let isQuiet: Bool
  private let state = Mutex(State())

  private struct State {
    /// When a line was shown last, in seconds.
    var shown = 0.0
    var hasBegun = false
  }

  init(isQuiet: Bool) { self.isQuiet = isQuiet }

  /// Shows an empty bar, and what is in work.
  /// - Parameters:
  ///   - total: How many matrices there are.
  ///   - first: The name of the one that is begun with.
  func begin(total: Int, with first: String) {
    guard !isQuiet, Terminal.isInteractive, total > 0 else { return }
    Terminal.replaceLine(with: Self.bar(0, " 0/\(total)  \(first.shownLine)"))
  }

  /// Shows the latest state.
  func update(_ progress: AnalysisProgress) {
    guard !isQuiet else { return }
    state.withLock { state in
      if !state.hasBegun, progress.done > 1 {
        if Terminal.isInteractive { Terminal.replaceLine(with: "") }
        Self.sayDone(progress.done - 1, of: progress.total)
      }
      state.hasBegun = true
      let isLast = progress.done == progress.total
      let pause = Terminal.isInteractive ? 0.1 : 10
      guard progress.elapsed - state.shown > pause || isLast && Terminal.isInteractive else {
        return
      }
      state.shown = progress.elapsed
      if Terminal.isInteractive {
        Terminal.replaceLine(with: Self.bar(progress))
      } else {
        Terminal.say(Self.line(progress))
      }
    }
  }

  /// Clears the line of the bar.
  /// - Parameter total: How many matrices work was resumed on; nil if it was not resumed. Where all of them were done
  ///   before, nothing else says so.
  func finish(resumed total: Int?) {
    guard !isQuiet else { return }
    if Terminal.isInteractive { Terminal.replaceLine(with: "") }
    if let total, total > 0, !state.withLock({ $0.hasBegun }) { Self.sayDone(total, of: total) }
  }

  private static func sayDone(_ done: Int, of total: Int) {
    Terminal.say("\(done) of \(total) matrices were done before")
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
    return bar(progress.share, text)
  }

  /// A bar with a text behind it that together fill no more than a line.
  private static func bar(_ share: Double, _ text: String) -> String {
    let width = max(10, min(40, Terminal.width - text.count - 2))
    let filled = Int(share * Double(width))
    let line =
      String(repeating: "█", count: filled)
      + String(repeating: "░", count: width - filled) + text
    return String(line.prefix(Terminal.width - 1))
  }

  /// `42 s`, `3 min 20 s`, `2 h 5 min`.
  static func time(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
