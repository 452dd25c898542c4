import Adapters
package import Checkpoints
package import Diagnosis
import Documents
import Updates

/// What the weights of a checkpoint say of how it was trained.
package struct CheckpointSettings: Sendable, Equatable {
  /// Those of most modules, as they are stored.
  package var rank: Int?
  package var alpha: Double?
  package var scale: Double?
  package var dropout: Double?
  package var start: String?
  /// The kinds of adapted modules, sorted.
  package var targets: [String] = []
  /// How many numbers the adapter has, or the matrices of a model.
  package var parameters = 0

  /// What the configuration of an adapter says, where its updates are not known.
  init(configured: AdapterConfiguration, in folder: AdapterFolder) {
    rank = configured.rank
    alpha = configured.alpha
    if case .names(let names)? = configured.targetModules {
      targets = Set(names.compactMap { $0.split(separator: ".").last.map(String.init) }).sorted()
    }
    read(folder)
  }

  init(of checkpoint: Checkpoint, updates: CheckpointUpdates) throws {
    guard checkpoint.contents == .adapter else {
      parameters = updates.modules.reduce(0) { $0 + $1.rows * $1.columns }
      return
    }
    let resolved = updates.modules.compactMap(\.resolved)
    rank = resolved.compactMap(\.rank).mostFrequent
    alpha = resolved.compactMap(\.alpha).mostFrequent
    scale = resolved.map(\.scale).mostFrequent
    targets = Set(
      updates.modules.compactMap { $0.module.split(separator: ".").last.map(String.init) }
    )
    .sorted()
    read(try AdapterFolder(path: checkpoint.path))
  }

  private mutating func read(_ folder: AdapterFolder) {
    parameters = folder.weights.tensors.reduce(0) { $0 + $1.elementCount }
    dropout = folder.configuration["lora_dropout"]?.double
    start =
      switch folder.configuration["init_lora_weights"] {
      case .string(let name)?: name
      case .bool(true)? where folder.peftType == "LORA": "kaiming"
      default: nil
      }
  }
}

extension RunSettings {
  /// The settings of a run from its files and what it logged; what a file says counts more.
  package init(of run: Run, _ checkpoint: CheckpointSettings?, log: TrainingLog) {
    let recorded = run.settings
    let configuration = recorded.configuration.flatMap { TrainerConfiguration.all[$0] }
    self.init(
      trainer: configuration?.trainer ?? LogSignature.of(log)?.trainer,
      kind: configuration?.kind ?? log.kind,
      learningRate: recorded.learningRate
        ?? log.curve(of: .learningRate)?.points.map(\.value).max(),
      // A method without a rank has none, whatever the record of the run says; the file of a method with one may have
      // another than was trained.
      rank: checkpoint?.rank.map { recorded.rank ?? $0 },
      alpha: checkpoint?.alpha.map { recorded.alpha ?? $0 }, scale: checkpoint?.scale,
      dropout: checkpoint?.dropout, start: recorded.start ?? checkpoint?.start,
      targets: checkpoint?.targets ?? [],
      trainedParameters: recorded.trainedParameters ?? checkpoint?.parameters)
    objective = recorded.objective
    divergenceWeight = recorded.divergenceWeight
    batchSize = recorded.batchSize
    accumulation = recorded.accumulation
    schedule = recorded.schedule
    warmup = recorded.warmup
    clipNorm = recorded.clipNorm
  }
}

extension Array where Element: Hashable & Comparable {
  /// The value that occurs most often; of several the smallest.
  fileprivate var mostFrequent: Element? {
    Dictionary(grouping: self) { $0 }.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?
      .key
  }
}
