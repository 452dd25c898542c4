import Documents

/// Why an adapter cannot be merged into a base as both are.
package enum UnmergeableError: BadInput, Equatable {
  /// The base's weight is stored in a type or scheme that numbers are not merged into.
  case storage(tensor: String, type: String)
  /// Modules share one weight, and the update is for one of them.
  case sharedWeight(module: String, tensor: String)
  /// Two updates change the same entries.
  case overlap(modules: [String])
  /// The adapter says more than a merged weight can hold, or less than a merge needs.
  case adapter(path: String, reason: String)
  /// Numbers that the result cannot hold.
  case notFinite(tensor: String, count: Int, type: String)
  /// The base is a file of a format whose parts are not carried over.
  case format(path: String)
}

extension UnmergeableError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .storage(let tensor, let type):
      "'\(tensor)' of the base is stored as \(type), which nothing is merged into: give the base in F32, F16 or BF16"
    case .sharedWeight(let module, let tensor):
      "'\(module)' shares the weight '\(tensor)' with other modules, which a merge would change too: untie them in "
        + "the base (save it with both weights) first"
    case .overlap(let modules):
      "\(modules.map { "'\($0)'" }.joined(separator: " and ")) change the same weight of the base: a merge holds "
        + "one update of it"
    case .adapter(let path, let reason): "'\(path)' cannot be merged: \(reason)"
    case .notFinite(let tensor, let count, let type):
      "\(count) entries of '\(tensor)' would not be finite in \(type): base or adapter holds NaN or infinity, or a number "
        + "that is too large for \(type); mend that, or give a wider type with --type"
    case .format(let path):
      "'\(path)' is not merged into: give the base as a folder with safetensors or PyTorch files"
    }
  }
}
