import LinearAlgebra

extension Examiner {
  /// How many tokens the longest prompt and its answer may take, judged by many problems.
  /// - Parameter limit: The most tokens of an answer; nil for the task's own.
  public func longestSequence(limit: Int?) throws -> Int {
    var longest = 0
    for problem in try problems(.training, count: 256, seed: 0) {
      longest = max(longest, try prompt(problem).count)
    }
    // Prompts vary a little more than a sample shows.
    return longest + longest / 4 + (limit ?? task.maximumCompletionLength + 1) + 4
  }
}
