/// Hands out groups to workers, largest first, so that no more memory is in use than allowed and the
/// last worker does not sit alone with the largest matrix.
actor WorkQueue {
  private var waiting: [AnalysisGroup]
  private var available: Int
  private var running = 0
  private var sleepers: [CheckedContinuation<Void, Never>] = []

  /// - Parameter memory: The most bytes that groups may use together. A group that needs more runs
  ///   alone.
  init(_ groups: [AnalysisGroup], memory: Int) {
    waiting = groups.sorted { $0.cost > $1.cost }
    available = memory
  }

  /// The next group that fits, once there is one; nothing when all are handed out.
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

  /// Takes back what a finished group used.
  func finished(_ group: AnalysisGroup) {
    available += group.memory
    running -= 1
    let awake = sleepers
    sleepers = []
    for sleeper in awake { sleeper.resume() }
  }
}
