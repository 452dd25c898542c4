import ArgumentParser
import Diagnosis
import Spectra

/// A condition under which `analyze` ends with exit code 1, for continuous integration.
enum FailCondition: String, ExpressibleByArgument, CaseIterable {
  case suspicion, divergence, collapse
  case nonFinite = "non-finite"

  /// Whether a run is in this state or in a worse one.
  func holds(for analysis: Analysis) -> Bool {
    analysis.runs.contains { $0.verdict.status >= least }
  }

  private var least: Verdict.Status {
    switch self {
    case .suspicion: .suspicious
    case .divergence: .diverged
    case .collapse: .collapsed
    case .nonFinite: .nonFinite
    }
  }
}
