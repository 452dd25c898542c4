import Documents
import Training

/// Why a study cannot be run.
package enum StudyError: BadInput, Equatable {
  /// Two runs have the same name.
  case duplicateName(String)
  /// The folder already contains a study, and continuing it was not requested.
  case studyExists(path: String)
  /// A finished run was made with what is not the same now: a version, a base or settings, in words.
  case madeOtherwise(path: String, with: String)
  /// A finished run was computed with other kernels, and putting both together was not asked for.
  case otherKernels(path: String, before: String, here: String)
  /// There is no finished run to train again.
  case nothingFinished(path: String)
  /// A result cannot be read.
  case unreadable(path: String, reason: String)
}

extension StudyError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .duplicateName(let name):
      "two runs of the study would be called '\(name)': give their arms names that tell them apart"
    case .studyExists(let path):
      "'\(path)' holds a study already: continue it with --resume or give another folder with --out"
    case .madeOtherwise(let path, let difference):
      "'\(path)' was made with \(difference): give another folder with --out"
    case .otherKernels(let path, let before, let here):
      TrainingKernels.mismatch(at: path, before: before, here: here)
    case .nothingFinished(let path):
      "'\(path)' has no finished run of this study to train again: run the study without --verify first"
    case .unreadable(let path, let reason): "'\(path)' cannot be read: \(reason)"
    }
  }
}
