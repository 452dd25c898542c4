import Diagnosis

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The colour of a word on standard output. There is none in a file or a pipe, or where the reader wants none.
enum Ink: String {
  case plain
  case good = "32"
  case warning = "33"
  case bad = "31;1"

  /// Whether words are coloured: on a terminal that is not dumb, unless `NO_COLOR` is set (no-color.org); always with
  /// `CLICOLOR_FORCE`.
  private static let isUsed: Bool = {
    func value(_ name: String) -> String? {
      unsafe getenv(name).map { unsafe String(cString: $0) }
    }
    if let force = value("CLICOLOR_FORCE"), force != "0" { return true }
    return value("NO_COLOR") ?? "" == "" && value("CLICOLOR") != "0" && value("TERM") != "dumb"
      && isatty(STDOUT_FILENO) != 0
  }()

  /// The text in this colour; it must be fit to be shown already.
  func callAsFunction(_ text: String) -> String {
    self == .plain || !Self.isUsed ? text : "\u{1B}[\(rawValue)m\(text)\u{1B}[0m"
  }
}

extension Verdict.Status {
  /// The colour of the state.
  var ink: Ink {
    switch self {
    case .healthy: .good
    case .unjudged, .unchanged: .plain
    case .suspicious: .warning
    case .diverged, .collapsed, .nonFinite: .bad
    }
  }
}
