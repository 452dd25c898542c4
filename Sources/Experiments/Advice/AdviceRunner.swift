package import Studies
import Training

/// Probes starts in parallel, one thread each. What is found of a start depends on its own settings and seed alone.
package struct AdviceRunner: Sendable {
  private let plan: AdvicePlan
  private let base: StudyBase
  private let jobs: Int

  /// Opens the base.
  /// - Parameters:
  ///   - plan: What is probed.
  ///   - jobs: How many probes run at once.
  /// - Throws: What reading the base throws.
  package init(_ plan: AdvicePlan, jobs: Int) throws {
    self.plan = plan
    base = try StudyBase(plan.basePath)
    self.jobs = max(1, jobs)
  }

  /// Probes all starts.
  /// - Parameter progress: Called after each start with one seed, from any thread; its item is what the start is called.
  /// - Returns: In the order of the plan.
  /// - Throws: What making and training policies throws; `CancellationError`.
  package func run(
    progress: @escaping @Sendable (WorkProgress<String>) -> Void
  ) async throws -> [StartAdvice] {
    let tasks = plan.starts.indices.flatMap { start in
      plan.starts[start].runs.indices.map { (start: start, seed: $0) }
    }
    let meter = ProgressMeter<String>(
      total: tasks.count, done: 0, cost: Double(tasks.count), report: progress)
    let queue = HandoutQueue(tasks.indices)
    let found = try await withThrowingTaskGroup(of: [(Int, ProbedStart)].self) { group in
      for _ in 0..<min(jobs, tasks.count) {
        group.addTask {
          let worker = try ProbeWorker(base, wholeRunSteps: plan.wholeRunSteps)
          var found = [(Int, ProbedStart)]()
          while let index = await queue.next() {
            let (start, seed) = tasks[index]
            found.append((index, try worker.probe(plan.starts[start].runs[seed])))
            meter.finished(plan.starts[start].name, cost: 1)
          }
          return found
        }
      }
      return try await group.reduce(into: [Int: ProbedStart]()) { all, part in
        all.merge(part) { _, new in new }
      }
    }
    return plan.starts.indices.map { start in
      let own = tasks.indices.filter { tasks[$0].start == start }.compactMap { found[$0] }
      return StartAdvice(
        start: plan.starts[start].name, trainedParameters: own.first?.trainedParameters ?? 0,
        readings: own.map(\.reading))
    }
  }
}
