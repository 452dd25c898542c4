import Spectra

/// Hands out groups to workers within the memory limit. The most expensive ones go first, so that at the
/// end no worker is left alone with a large matrix.
actor WorkQueue {
  /// The most expensive one last, from where it is removed at once.
  private var waiting: [(group: AnalysisGroup, memory: Int)]
  private let options: AnalysisOptions
  private var available: Int
  private var running = 0
  private var sleepers: [CheckedContinuation<Void, Never>] = []

  /// - Parameters:
  ///   - options: What is computed.
  ///   - memory: The most bytes that groups may use together. A group that needs more runs alone.
  init(_ groups: [AnalysisGroup], options: AnalysisOptions, memory: Int) {
    waiting = groups.sorted { $0.cost > $1.cost }.reversed()
      .map { ($0, $0.memory(for: options)) }
    self.options = options
    available = memory
  }

  /// Waits for a group that fits into the free memory; nil when all are handed out.
  func next() async -> AnalysisGroup? {
    while !waiting.isEmpty {
      let fitting =
        running == 0 ? waiting.indices.last : waiting.lastIndex { $0.memory <= available }
      if let fitting {
        let (group, memory) = waiting.remove(at: fitting)
        available -= memory
        running += 1
        return group
      }
      await withCheckedContinuation { sleepers.append($0) }
    }
    return nil
  }

  /// Frees the memory of a finished group.
  func finished(_ group: AnalysisGroup) {
    available += group.memory(for: options)
    running -= 1
    let awake = sleepers
    sleepers = []
    for sleeper in awake { sleeper.resume() }
  }
}
