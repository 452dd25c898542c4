package import Checkpoints

extension [Finding] {
  /// A line for each; tensors that are not finite, which may be all of them, share one if there are many.
  package var lines: [String] {
    let broken = compactMap { finding -> (name: String, count: Int)? in
      if case .notFinite(let tensor, let count) = finding { (tensor, count) } else { nil }
    }
    guard broken.count > Self.mostBroken else { return map(\.description) }
    let count = broken.reduce(0) { $0 + $1.count }
    let shared =
      "\(broken.count) tensors hold \(count) values that are NaN or infinite: "
      + "\(broken.map(\.name).shortList)"
    return filter { $0.nonFiniteTensor == nil }.map(\.description) + [shared]
  }

  /// The lines of the warnings among them.
  package var warningLines: [String] { filter { $0.severity == .warning }.lines }

  /// How many tensors that are not finite have a line each.
  private static let mostBroken = 3

  /// These findings, of a run's next checkpoint, with those of earlier checkpoints.
  ///
  /// Findings about how well the base fits are kept from the first checkpoint that has them, because
  /// training moves the adapter away from its start. That a tensor is not finite is kept too: a later checkpoint may
  /// be whole. All others are taken from the last checkpoint, because earlier ones say the same with other numbers.
  package func following(_ earlier: [Finding]) -> [Finding] {
    let judged = earlier.filter(\.comparesWithBase)
    let broken = Set(compactMap(\.nonFiniteTensor))
    let mended = earlier.filter { $0.nonFiniteTensor.map { !broken.contains($0) } ?? false }
    return judged + mended + filter { judged.isEmpty || !$0.comparesWithBase }
  }
}

extension Run {
  /// What the earliest known checkpoint says of how well the base fits, which training hides in later ones. Empty where that is
  /// one that is looked at anyway, is no adapter or cannot be read.
  /// - Parameter seen: The first checkpoint that is looked at.
  package func findingsOfStart(
    before seen: Checkpoint?, base: ModelFolder?, alpha: Double?
  ) -> [Finding] {
    guard let first = firstCheckpoint, first != seen, first.contents == .adapter,
      let updates = try? CheckpointUpdates(of: first, in: self, base: base, alpha: alpha)
    else { return [] }
    return updates.findings.filter(\.comparesWithBase)
  }

  /// Why a base cannot be the one that the run was trained on; nil if nothing says so. A start that lies far from the base
  /// counts only where an early checkpoint may be known: training moves it.
  /// - Parameters:
  ///   - doubt: What its record says.
  ///   - findings: What the checkpoints say, beginning with the earliest.
  package func contradiction(_ doubt: BaseDoubt?, _ findings: [Finding]) -> String? {
    if let doubt, doubt.isCertain { return doubt.fact }
    guard !savedSteps.isEmpty else { return nil }
    return findings.first(where: \.isFarFromBase)?.description
  }
}

extension CheckpointUpdates {
  /// The updates of the last checkpoint of a run. How well the base fits is judged by the earliest one that is known.
  /// - Throws: As ``init(of:in:base:alpha:)``.
  package init(ofLastOf run: Run, base: ModelFolder?, alpha: Double? = nil) throws {
    let last = run.checkpoints[run.checkpoints.count - 1]
    let updates = try CheckpointUpdates(of: last, in: run, base: base, alpha: alpha)
    self.init(
      method: updates.method, modules: updates.modules, vectors: updates.vectors,
      findings: updates.findings.following(
        run.findingsOfStart(before: last, base: base, alpha: alpha)))
  }
}
