/// Training of all weights by reinforcement and on demonstrations, each at its own best learning rate.
///
/// The common rate does not suit: it is chosen for adapters, and weights that were lost have no geometry to
/// compare.
struct TwoTrainings {
  let reinforced: SeedGroup
  let supervised: SeedGroup

  init(_ study: StudyResults) {
    reinforced = study.bestGroup("full")
    supervised = study.bestGroup("full", "sft", changing: { $0.objective = "sft" })
  }

  /// The conditions that both trainings learn.
  var improve: [MarginTest] { [reinforced, supervised].map { $0.gain(.above, margin: 0) } }

  /// The ratio of a metric under supervision to the same metric under reinforcement.
  /// - Parameters:
  ///   - metric: The column.
  ///   - direction: What is claimed of the ratio.
  ///   - factor: The margin.
  func ratio(of metric: String, _ direction: MarginTest.Direction, factor: Double) -> MarginTest {
    supervised.by(reinforced, direction, factor: factor, what: metric) { $0.final(metric) }
  }

  /// A metric under reinforcement minus the same metric under supervision.
  /// - Parameters:
  ///   - metric: The column.
  ///   - direction: What is claimed of the difference.
  ///   - margin: The margin.
  func difference(
    of metric: String, _ direction: MarginTest.Direction, margin: Double
  ) -> MarginTest {
    reinforced.less(supervised, direction, margin: margin, what: metric) { $0.final(metric) }
  }
}
