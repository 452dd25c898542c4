import Documents

/// Why checkpoints cannot be checked, merged or compared.
package enum MergeError: BadInput, Equatable {
  /// Something else was expected at a path than is there.
  case wrongKind(path: String, expected: String, found: String)
  /// A path holds several runs.
  case severalRuns(path: String, names: [String])
  /// Two folders that have to differ are one.
  case sameFolder(path: String)
  /// The adapter changes nothing that the base has.
  case nothingToMerge(adapter: String)
  /// No weight of the base is changed by both of two checkpoints.
  case nothingInCommon(paths: [String])
  /// An update holds NaN or infinity.
  case notFinite(weight: String, paths: [String])
  /// The base of a checkpoint is not known.
  case baseUnknown(path: String, reason: String)
  /// The updates of a checkpoint cannot be determined; `reason` says why.
  case checkpoint(path: String, base: String?, reason: String)
}

extension MergeError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .wrongKind(let path, let expected, let found):
      "'\(path)' is \(found), and \(expected) is needed here"
    case .severalRuns(let path, let names):
      "'\(path)' holds \(names.count) runs (\(names.prefix(3).joined(separator: ", "))"
        + (names.count > 3 ? ", …" : "") + "): give the path of one of them"
    case .sameFolder(let path):
      "'\(path)' is given as the base and as the result: give the folder of the merged checkpoint"
    case .nothingToMerge(let adapter):
      "'\(adapter)' changes no weight of the base: give the base that it was trained on"
    case .nothingInCommon(let paths):
      "\(paths.map { "'\($0)'" }.joined(separator: " and ")) have no changed weight of the base in common"
    case .notFinite(let weight, let paths):
      "'\(weight)' holds numbers that are not finite in \(paths.map { "'\($0)'" }.joined(separator: " or ")): "
        + "give checkpoints without them"
    case .baseUnknown(let path, let reason):
      "the base of '\(path)' is not known (\(reason)): give it with --base"
    case .checkpoint(let path, let base, let reason):
      "'\(path)': \(reason)" + (base.map { " (the base is '\($0)')" } ?? "")
    }
  }
}
