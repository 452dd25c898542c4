import ArgumentParser
import Spectra

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
