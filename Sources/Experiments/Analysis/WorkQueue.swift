/// Hands out groups to workers within the memory limit. The most expensive ones go first, so that at the
/// end no worker is left alone with a large matrix.
actor WorkQueue {
  private var waiting: [AnalysisGroup]
  private var available: Int
  private var running = 0
  private var sleepers: [CheckedContinuation<Void, Never>] = []

  /// - Parameter memory: The most bytes that groups may use together. A group that needs more runs alone.
  init(_ groups: [AnalysisGroup], memory: Int) {
    waiting = groups.sorted { $0.cost > $1.cost }
    available = memory
  }

  /// Waits for a group that fits into the free memory; nil when all are handed out.
  func next() async -> AnalysisGroup? {
    while !waiting.isEmpty {
      let fitting =
        running == 0 ? waiting.startIndex : waiting.firstIndex { $0.memory <= available }
      if let fitting {
        let group = waiting.remove(at: fitting)
        available -= group.memory
        running += 1
        return group
      }
      await withCheckedContinuation { sleepers.append($0) }
    }
    return nil
  }

  /// Frees the memory of a finished group.
  func finished(_ group: AnalysisGroup) {
    available += group.memory
    running -= 1
    let awake = sleepers
    sleepers = []
    for sleeper in awake { sleeper.resume() }
  }
}
