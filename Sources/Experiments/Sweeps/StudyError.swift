/// Why a study cannot be carried out.
public enum StudyError: Error, Equatable {
  /// Two runs have one name.
  case duplicateName(String)
  /// There is a study already, and it was not asked to go on with it.
  case studyExists(path: String)
  /// A finished run was made with other settings than the plan's.
  case otherSettings(path: String)
  /// A result cannot be read.
  case unreadable(path: String, reason: String)
  /// The file system refused.
  case cannotWrite(path: String, reason: String)
}

extension StudyError {
  /// Whether the file system is to blame, not the input.
  public var isRefusalToWrite: Bool {
    if case .cannotWrite = self { true } else { false }
  }
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
    case .cannotWrite(let path, let reason):
      "'\(path)' cannot be written (\(reason)): free space there or give another folder with --out"
    }
  }
}
