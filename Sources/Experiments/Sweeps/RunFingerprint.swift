import Documents
import Spectra
import Training

/// What the numbers of a run of a study depend on, in parts, so that a difference can be named. In its text, the parts
/// have spaces between them.
struct RunFingerprint: Equatable {
  private let version: String
  /// Hashes, hexadecimal.
  private let base: String, settings: String, measurements: String
  /// As `TrainingKernels.name`; nil in studies of versions that did not keep it.
  private(set) var kernels: String?

  /// - Throws: As `TrainingSettings.json()`.
  init(
    of run: PlannedRun, onBase base: String, options: AnalysisOptions, version: String
  ) throws {
    self.version = version
    self.base = base
    // Only what is not a default, by name: an option that is new in the program is not another setting.
    let defaults = try TrainingSettings.default.json()
    let chosen = try run.specification.settings.json().members
      .filter { $0.value != defaults[$0.key] }.sorted { $0.key < $1.key }
      .flatMap { [$0.key, $0.value.line] }
    settings = ContentHash(of: chosen + (run.isProbe ? ["probe"] : [])).hexadecimal
    measurements =
      ContentHash(of: ["\(options.topCount)", "\(options.bins)"] + options.metrics.sorted())
      .hexadecimal
    kernels = TrainingKernels.name
  }

  /// Nil for a text that this version does not write.
  init?(_ text: String) {
    let parts = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard (4...5).contains(parts.count) else { return nil }
    (version, base, settings, measurements) = (parts[0], parts[1], parts[2], parts[3])
    kernels = parts.count == 5 ? parts[4] : nil
  }

  var text: String {
    ([version, base, settings, measurements] + (kernels.map { [$0] } ?? [])).joined(separator: " ")
  }

  /// The same on any processor.
  var withoutKernels: RunFingerprint {
    var copy = self
    copy.kernels = nil
    return copy
  }

  /// What an earlier run was made with that is not the same now, kernels apart, in words; nil if nothing.
  /// - Parameter earlier: The text of its fingerprint.
  func difference(from earlier: String) -> String? {
    guard let earlier = RunFingerprint(earlier) else { return "an earlier version of this program" }
    let differences = [
      earlier.version == version ? nil : "version \(earlier.version) (this is \(version))",
      earlier.base == base ? nil : "another base",
      earlier.settings == settings ? nil : "other settings",
      earlier.measurements == measurements ? nil : "other measurements",
    ]
    let found = differences.compactMap(\.self)
    return found.isEmpty ? nil : found.joined(separator: ", ")
  }
}
