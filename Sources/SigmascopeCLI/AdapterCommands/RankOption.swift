import ArgumentParser
import Documents
import Spectra

/// A rule of rank on the command line: `16`, `auto`, `energy=0.99`.
struct RankOption {
  let rule: any RankRule
  /// As written.
  let text: String

  /// - Throws: `ValidationError` for an unknown rule, with the nearest one, and for a number that it cannot have.
  init(argument: String) throws {
    text = argument
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let isBare = Double(argument) != nil
    let name = isBare ? CountRule.name : String(parts[0])
    guard let type = RankRules.all.first(where: { $0.name == name }) else {
      let nearest = NearestName.of(name, in: RankRules.all.map { $0.name })
      throw ValidationError(
        "--rank: there is no rule '\(name)'"
          + (nearest.map { "; the nearest is '\($0)'." } ?? "; see 'sigmascope list rank-rules'."))
    }
    let written = isBare ? argument : parts.count > 1 ? String(parts[1]) : nil
    guard let number = type.number else {
      if written != nil { throw ValidationError("--rank \(name) takes no number.") }
      rule = type.init(0)
      return
    }
    guard let written, let value = Self.number(written), number.allows(value) else {
      throw ValidationError(
        "--rank \(name) needs \(number.meaning), such as --rank \(Self.example(of: type)).")
    }
    rule = type.init(value)
  }

  /// A number, perhaps with a unit of parameters: `2M`, `500k`.
  private static func number(_ text: String) -> Double? {
    let units: [Character: Double] = ["k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9]
    guard let last = text.last, let unit = units[last] else { return Double(text) }
    return Double(text.dropLast()).map { $0 * unit }
  }

  private static func example(of type: any RankRule.Type) -> String {
    switch type.name {
    case CountRule.name: "16"
    case BudgetRule.name: "\(type.name)=2M"
    case RatioRule.name: "\(type.name)=10"
    case AbsoluteThresholdRule.name, RelativeThresholdRule.name: "\(type.name)=0.01"
    default: "\(type.name)=0.99"
    }
  }
}
