/// Every task there is.
public enum TaskRegistry {
  public static let all: [any VerifiableTask.Type] = [
    AdditionTask.self, ScratchpadTask.self, ModularTask.self, MultiplicationTask.self,
    ChainTask.self, SortTask.self, CountdownTask.self, LetterTask.self, FileTask.self,
  ]

  /// The task of a name.
  /// - Parameters:
  ///   - name: One of the names of ``all``.
  ///   - options: Its settings.
  /// - Throws: ``TaskError/unknownTask(name:known:)``, and what the task makes of the options.
  public static func task(
    named name: String, options: TaskOptions = TaskOptions()
  ) throws(TaskError) -> any VerifiableTask {
    guard let kind = all.first(where: { $0.name == name }) else {
      throw .unknownTask(name: name, known: all.map { $0.name })
    }
    return try kind.init(options: options)
  }
}
