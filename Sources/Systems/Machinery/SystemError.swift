import Documents

/// Why a system cannot be run.
package enum SystemError: BadInput, Equatable {
  case unknown(name: String, known: [String])
  /// The folder already contains a run of a system, and continuing it was not requested.
  case exists(path: String)
  /// The folder contains a run of another system, size, base or version.
  case otherSettings(path: String)
  /// A unit's result cannot be read.
  case unreadable(path: String, reason: String)
}

extension SystemError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknown(let name, let known):
      "there is no system '\(name)': choose one of \(known.joined(separator: ", "))"
    case .exists(let path):
      "'\(path)' holds a run of a system already: continue it with --resume or give another folder with --out"
    case .otherSettings(let path):
      "'\(path)' was made by another system, size, base or version: give another folder with --out"
    case .unreadable(let path, let reason): "'\(path)' cannot be read: \(reason)"
    }
  }
}
