import Documents
import Training

/// Why a system cannot be run.
package enum SystemError: BadInput, Equatable {
  case unknown(name: String, known: [String])
  /// The folder already contains a run of a system, and continuing it was not requested.
  case exists(path: String)
  /// The folder contains a run of another system, size, base or version.
  case otherSettings(path: String)
  /// The folder contains a run that other kernels computed, and putting both together was not asked for.
  case otherKernels(path: String, before: String, here: String)
  /// A base was given to a system that adapts none.
  case adaptsNoBase(system: String)
  /// A system that retrieves from texts was given none, or one that does not was given some.
  case needsCorpus(system: String)
  case readsNoCorpus(system: String)
  /// There is no such folder of texts.
  case noCorpus(path: String)
  /// No file of the folder has one of these endings.
  case noTexts(path: String, endings: [String])
  /// The texts have more bytes than are read.
  case corpusTooLarge(path: String, most: Int)
  /// Too few sections have a heading of their own.
  case tooFewSections(path: String, found: Int, needed: Int)
  /// What a unit measured is no number that means anything.
  case notFinite(unit: String, measure: String, x: Double)
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
    case .otherKernels(let path, let before, let here):
      TrainingKernels.mismatch(at: path, before: before, here: here)
    case .adaptsNoBase(let system):
      "'\(system)' makes its own models and adapts no base: leave --base out"
    case .needsCorpus(let system):
      "'\(system)' retrieves from texts of yours: give their folder with --corpus"
    case .readsNoCorpus(let system): "'\(system)' reads no texts: leave --corpus out"
    case .noCorpus(let path):
      "there is no folder '\(path)': give a folder of texts with --corpus"
    case .noTexts(let path, let endings):
      "'\(path)' holds no file \(endings.map { "*\($0)" }.joined(separator: ", ")): give a folder of texts with --corpus"
    case .corpusTooLarge(let path, let most):
      "'\(path)' holds more than \(most >> 20) MB of texts: give a folder of it with --corpus"
    case .tooFewSections(let path, let found, let needed):
      "'\(path)' has \(found) sections with a heading of their own of two known words, and \(needed) are needed: give more texts with --corpus"
    case .notFinite(let unit, let measure, let x):
      "\(unit): '\(measure)' at \(x) is not finite; go on with --resume and leave this seed out of --seeds"
    case .unreadable(let path, let reason): "'\(path)' cannot be read: \(reason)"
    }
  }
}

extension SystemError {
  package var isUnknownName: Bool {
    if case .unknown = self { true } else { false }
  }
}
