public import Documents

/// Why a study cannot be carried out.
public enum StudyError: BadInput, Equatable {
  /// Two runs have one name.
  case duplicateName(String)
  /// There is a study already, and it was not asked to go on with it.
  case studyExists(path: String)
  /// A finished run was made with other settings than the plan's.
  case otherSettings(path: String)
  /// A result cannot be read.
  case unreadable(path: String, reason: String)
}

extension StudyError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .duplicateName(let name):
      "two runs of the study would be called '\(name)': give their arms names that tell them apart"
    case .studyExists(let path):
      "'\(path)' holds a study already: continue it with --resume or give another folder with --out"
    case .otherSettings(let path):
      "'\(path)' was made with other settings or another base: give another folder with --out"
    case .unreadable(let path, let reason): "'\(path)' cannot be read: \(reason)"
    }
  }
}
