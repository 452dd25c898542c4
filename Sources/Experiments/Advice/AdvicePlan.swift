package import Training

/// What `advise` probes: starts on a base, each with some seeds.
package struct AdvicePlan: Sendable {
  /// The folder of the base.
  package let basePath: String
  /// What each start is called, and its run with each seed.
  package let starts: [(name: String, runs: [RunSpecification])]
  /// How many steps a whole run has that shows whether a start dies; nil if there are none.
  package let wholeRunSteps: Int?

  package init(
    basePath: String, starts: [(name: String, runs: [RunSpecification])], wholeRunSteps: Int?
  ) {
    self.basePath = basePath
    self.starts = starts
    self.wholeRunSteps = wholeRunSteps
  }

  /// The masks that a start without dropout is asked about, as published runs had them.
  static let usualDropout = 0.05
}
