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
  /// What the run's first checkpoint says of how well the base fits, which training hides in later ones. Empty where it is
  /// no adapter or cannot be read.
  package func findingsOfStart(base: ModelFolder?, alpha: Double?) -> [Finding] {
    guard checkpoints.count > 1, let first = checkpoints.first, first.contents == .adapter,
      let updates = try? CheckpointUpdates(of: first, in: self, base: base, alpha: alpha)
    else { return [] }
    return updates.findings.filter(\.comparesWithBase)
  }
}
