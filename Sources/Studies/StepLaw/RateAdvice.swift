import Diagnosis
import Foundation

/// Which rates starts bear on a base and a task: what `advise` finds.
package struct RateAdvice: Sendable, Equatable, Encodable {
  package let schema = "advice-1"
  package let base: String
  package let task: String
  /// The start that others are compared with.
  package let baseline: String
  package let starts: [StartAdvice]
  /// What the law was not tried on.
  package let cautions: [String]
  package let command: [String]
  package let version: String

  private enum CodingKeys: String, CodingKey {
    case schema, base, task, baseline, starts, cautions, command, version
  }

  package init(
    base: String, task: String, baseline: String, starts: [StartAdvice], cautions: [String],
    command: [String], version: String
  ) {
    self.base = base
    self.task = task
    self.baseline = baseline
    self.starts = starts
    self.cautions = cautions
    self.command = command
    self.version = version
  }

  private var baselineAdvice: StartAdvice? { starts.first { $0.start == baseline } }

  /// How many times the baseline's rate of death a start bears; nil if either is not known.
  package func ratio(of start: StartAdvice) -> Double? {
    guard let rate = start.deathRate, let own = baselineAdvice?.deathRate else { return nil }
    return rate / own
  }

  /// The rate at which a start moves the policy as far in a step as the baseline does at the middle of its recommended
  /// rates.
  package func equalRate(of start: StartAdvice) -> Double? {
    guard let ratio = ratio(of: start), let range = baselineAdvice?.recommended else { return nil }
    return ratio * (range.lower * range.upper).squareRoot()
  }

  /// What is said of a start: `pissa bears 2.4e-3, a fifth of lora's: use 2e-4 to 6e-4`.
  package func sentence(of start: StartAdvice) -> String {
    guard let rate = start.deathRate, let range = start.recommended else {
      return start.curvature == nil
        ? "\(start.start): nothing is known, because the base's answers teach nothing: all rewards of a group are equal"
        : "\(start.start): nothing is known, because the rates that were tried do not tell which moves the policy too far"
    }
    let found = start.readings.count { $0.crossing != nil }
    let seeds =
      found < start.readings.count ? " (found with \(found) of \(start.readings.count) seeds)" : ""
    let compared =
      start.start == baseline ? nil : ratio(of: start).map { ", \(Self.words($0)) \(baseline)'s" }
    return "\(start.start) bears \(Words.twoDigitRate(rate))\(compared ?? ""): use "
      + "\(Words.roundRate(range.lower)) to \(Words.roundRate(range.upper))\(seeds)"
  }

  /// `a fifth of`, `about`, `3 times`.
  private static func words(_ ratio: Double) -> String {
    if (0.87...1.15).contains(ratio) { return "about" }
    if ratio > 1 { return "\(Words.number((ratio * 10).rounded() / 10)) times" }
    if ratio > 0.6 { return "\(Words.number((ratio * 10).rounded() / 10)) of" }
    let parts = [
      2: "half", 3: "a third of", 4: "a quarter of", 5: "a fifth of", 6: "a sixth of",
      7: "a seventh of", 8: "an eighth of", 9: "a ninth of", 10: "a tenth of",
    ]
    let part = (1 / ratio).rounded()
    return part <= 10 ? parts[Int(part)] ?? "" : "1/\(Words.number(part)) of"
  }
}
