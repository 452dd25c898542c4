public import Documents

/// Why a task cannot be made or gives no problem.
public enum TaskError: BadInput, Sendable, Equatable {
  /// No task of the registry has this name.
  case unknownTask(name: String, known: [String])
  /// No option has this name.
  case unknownOption(name: String, known: [String])
  /// The text of an option does not have the right type.
  case unreadableOption(name: String, text: String, expected: String)
  /// An option is out of the range of a task.
  case invalidOption(task: String, option: String, value: String, expected: String)
  /// This many draws gave no problem of the split.
  case emptySplit(task: String, split: Split, tries: Int)
  /// The problems of a task are in a file, and none is given.
  case missingFile(task: String)
  /// A file of problems has none of the split, which is one of different prompts. `share` would leave some in both; nil
  /// if none does.
  case emptyPart(file: String, split: Split, prompts: Int, share: Double?)
  /// A file of problems cannot be read.
  case unreadable(path: String, reason: String)
  /// A line of a file of problems, counted from 1.
  case invalidLine(file: String, line: Int, reason: String)
  /// A file of problems has no line.
  case noProblems(file: String)
}

extension TaskError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownTask(let name, let known):
      "no task '\(name)': choose one of \(known.joined(separator: ", "))"
    case .unknownOption(let name, let known):
      "no task option '\(name)': choose from \(known.joined(separator: ", "))"
    case .unreadableOption(let name, let text, let expected):
      "task option '\(name)': '\(text)' is not \(expected)"
    case .invalidOption(let task, let option, let value, let expected):
      "task '\(task)': '\(option)' is \(value), expected \(expected)"
    case .emptySplit(let task, let split, let tries):
      "task '\(task)': no \(split == .held ? "held-out" : "training") problem in \(tries) draws: "
        + "give it more digits or terms, or change the share held out"
    case .missingFile(let task):
      "task '\(task)' reads problems from a file: give it with --task-option file=PATH (for sweep also --data PATH)"
    case .emptyPart(let file, let split, let prompts, let share):
      "'\(file)' has \(prompts == 1 ? "one distinct prompt, which is" : "\(prompts) distinct prompts, and all are") "
        + "\(split == .held ? "trained on: none is held out" : "held out: none is trained on"); "
        + (share.map {
          "give more problems, or another share, such as --task-option held-out=\($0)"
        }
          ?? "give problems with other prompts: no share divides one")
    case .unreadable(let path, let reason):
      "'\(path)' cannot be read (\(reason)): check the path and its permissions"
    case .invalidLine(let file, let line, let reason):
      "'\(file)': line \(line): \(reason): correct or remove the line"
    case .noProblems(let file):
      "'\(file)': no problems: give one object with prompt and answer a line"
    }
  }
}

extension TaskError {
  public var isUnknownName: Bool {
    switch self {
    case .unknownTask, .unknownOption: true
    default: false
    }
  }
}
