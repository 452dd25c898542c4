import Adapters
package import Studies
package import Training

extension Factors {
  /// The factors of a run that studies compare, taken from its settings.
  package init(_ specification: RunSpecification) {
    let settings = specification.settings
    self.init(
      adapter: specification.choice.name, learningRate: settings.learningRate, rank: settings.rank,
      scale: specification.scale, dropout: settings.dropout,
      samplesWithDropout: settings.sampleWithDropout, forcesUnitRatio: settings.unitRatio,
      objective: settings.objective, batch: settings.prompts * settings.group,
      targets: settings.targets.sorted(), task: settings.task, steps: settings.steps)
  }
}
