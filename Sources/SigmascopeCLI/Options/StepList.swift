import ArgumentParser
import Checkpoints

/// The steps of a run that are wanted.
enum StepList: ExpressibleByArgument {
  case first, last
  case ranges([ClosedRange<Int>])

  static let defaultCompletionKind = CompletionKind.list(["first", "last"])

  init?(argument: String) {
    switch argument {
    case "first": self = .first
    case "last": self = .last
    default:
      let ranges = argument.split(separator: ",").map { part -> ClosedRange<Int>? in
        let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard let start = ends.first ?? nil, let end = ends.last ?? nil, ends.count <= 2,
          start <= end
        else { return nil }
        return start...end
      }
      guard !ranges.isEmpty, !ranges.contains(nil) else { return nil }
      self = .ranges(ranges.compactMap { $0 })
    }
  }

  func includes(_ step: Int, among run: Run) -> Bool {
    switch self {
    case .first: step == run.checkpoints.first?.step
    case .last: step == run.checkpoints.last?.step
    case .ranges(let ranges): ranges.contains { $0.contains(step) }
    }
  }
}
