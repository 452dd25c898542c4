import ArgumentParser
import Checkpoints
import Documents
import Reports
import Spectra

/// A size in bytes: `512M`, `8G`, `1.5G`, or a plain number.
struct ByteCount: ExpressibleByArgument {
  let bytes: Int

  init(_ bytes: Int) { self.bytes = bytes }

  init?(argument: String) {
    let units: [Character: Double] = ["K": 0x1p10, "M": 0x1p20, "G": 0x1p30, "T": 0x1p40]
    var number = argument.uppercased()
    if number.hasSuffix("B") { number.removeLast() }
    let factor = number.last.flatMap { units[$0] }
    if factor != nil { number.removeLast() }
    guard let value = Double(number), value > 0, value * (factor ?? 1) < 1e18 else { return nil }
    bytes = Int(value * (factor ?? 1))
  }

  var defaultValueDescription: String {
    bytes % (1 << 30) == 0 ? "\(bytes >> 30)G" : "\(bytes)"
  }
}

/// Which steps of a run are wanted.
enum StepList: ExpressibleByArgument {
  case first, last
  case ranges([ClosedRange<Int>])

  static let defaultCompletionKind = CompletionKind.list(["first", "last"])

  init?(argument: String) {
    switch argument {
    case "first": self = .first
    case "last": self = .last
    default:
      let ranges = argument.split(separator: ",").map { part -> ClosedRange<Int>? in
        let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard let start = ends.first ?? nil, let end = ends.last ?? nil, ends.count <= 2,
          start <= end
        else { return nil }
        return start...end
      }
      guard !ranges.isEmpty, !ranges.contains(nil) else { return nil }
      self = .ranges(ranges.compactMap { $0 })
    }
  }

  func includes(_ step: Int, among run: Run) -> Bool {
    switch self {
    case .first: step == run.checkpoints.first?.step
    case .last: step == run.checkpoints.last?.step
    case .ranges(let ranges): ranges.contains { $0.contains(step) }
    }
  }
}

/// A choice of metrics by name, or `cheap` for all that need neither the spectrum of W + ΔW nor a look
/// at single entries.
struct MetricList {
  let names: Set<String>

  /// What shells offer.
  static let completion = CompletionKind.list(MetricRegistry.names + ["cheap"])

  static let cheap = MetricRegistry.all.filter { metric in
    (metric as? any ChangeMetric.Type)?.needs.isEmpty ?? true
  }.map { $0.name }

  /// - Throws: Which name is unknown, and the one that may be meant.
  init(argument: String) throws {
    let names = argument.split(separator: ",").flatMap { $0 == "cheap" ? Self.cheap : [String($0)] }
    if names.isEmpty { throw ValidationError("--metrics names no metric.") }
    for name in names where !MetricRegistry.names.contains(name) {
      let nearest = NearestName.of(name, in: MetricRegistry.names + ["cheap"])
      throw ValidationError(
        "--metrics: there is no metric '\(name)'"
          + (nearest.map { "; the nearest is '\($0)'." } ?? "; see 'sigmascope list metrics'."))
    }
    self.names = Set(names)
  }
}

/// What `analyze` writes.
struct FormatList: ExpressibleByArgument {
  static let all = FormatList(formats: Set(Report.Format.allCases))
  static let defaultCompletionKind = CompletionKind.list(Report.Format.allCases.map(\.rawValue))

  let formats: Set<Report.Format>

  init(formats: Set<Report.Format>) { self.formats = formats }

  init?(argument: String) {
    let found = argument.split(separator: ",").map { Report.Format(rawValue: String($0)) }
    guard !found.isEmpty, !found.contains(nil) else { return nil }
    formats = Set(found.compactMap { $0 })
  }

  var defaultValueDescription: String {
    Report.Format.allCases.filter(formats.contains).map(\.rawValue).joined(separator: ",")
  }
}

/// A condition under which `analyze` ends with exit code 1, for continuous integration.
enum FailCondition: String, ExpressibleByArgument, CaseIterable {
  case collapse, suspicion
  case nonFinite = "non-finite"

  func holds(for analysis: Analysis) -> Bool {
    analysis.runs.contains { run in
      switch self {
      case .collapse: run.verdict.status == .collapsed || run.verdict.status == .nonFinite
      case .suspicion: ![.healthy, .unchanged].contains(run.verdict.status)
      case .nonFinite: run.verdict.status == .nonFinite
      }
    }
  }
}

/// How much of a base's singular basis is computed.
struct BasisOption: ExpressibleByArgument {
  static let defaultCompletionKind = CompletionKind.list(BasisExtent.allCases.map(\.rawValue))

  let extent: BasisExtent

  init(_ extent: BasisExtent) { self.extent = extent }

  init?(argument: String) {
    guard let extent = BasisExtent(rawValue: argument) else { return nil }
    self.extent = extent
  }

  var defaultValueDescription: String { extent.rawValue }
}

/// What `--alpha` may be.
enum AlphaOption {
  static func validate(_ alpha: Double?) throws {
    guard let alpha, !(alpha.isFinite && alpha != 0) else { return }
    throw ValidationError("--alpha must be a number other than 0.")
  }
}
