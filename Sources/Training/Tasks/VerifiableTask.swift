public import LinearAlgebra

/// A question and a completion that answers it.
public struct Problem: Sendable, Equatable {
  /// What the model reads.
  public let prompt: String
  /// A completion with full reward, without the end token.
  public let answer: String

  public init(prompt: String, answer: String) {
    self.prompt = prompt
    self.answer = answer
  }
}

/// The problems to train on, and those held out for evaluation.
///
/// The operands of a problem decide its split, not its text. So swapping the terms of a sum, or
/// reordering the digits to sort, does not move a problem to the other split. Tasks that do not
/// generalise (``VerifiableTask/generalizes``) ask the same in both.
public enum Split: Sendable, CaseIterable {
  case training
  case held
}

/// A family of problems whose answers a program can check.
public protocol VerifiableTask: Sendable {
  /// The word that chooses the task.
  static var name: String { get }

  /// One line on the problems and their notation.
  static var summary: String { get }

  /// Whether the splits share no operands, so that held-out problems ask for a rule; by default true. False for a task
  /// that has to be stored: both splits ask the same, and the share held out counts for nothing.
  static var generalizes: Bool { get }

  /// - Throws: ``TaskError/invalidOption(task:option:value:expected:)`` for an option out of range.
  init(options: TaskOptions) throws(TaskError)

  /// Every character of prompts, answers and demonstrations, once.
  var alphabet: [Character] { get }

  /// The longest answer in characters, without the end token.
  var maximumCompletionLength: Int { get }

  /// A random problem of a split.
  /// - Parameters:
  ///   - split: Which problems to draw from.
  ///   - generator: The same state gives the same problem.
  /// - Throws: ``TaskError/emptySplit(task:split:tries:)`` if there are so few operands that the split has no
  ///   problem.
  func problem(
    _ split: Split, using generator: inout SplitMix64
  ) throws(TaskError) -> Problem

  /// How well a completion answers; by default 1 if it has ended and is the answer, byte for byte, else 0.
  /// - Parameters:
  ///   - completion: What the model wrote, without the end token.
  ///   - ended: Whether an end token was sampled; an answer that was cut off at the limit earns nothing.
  ///   - problem: What was asked, by this task.
  /// - Returns: A number in 0 … 1.
  func reward(for completion: String, ended: Bool, to problem: Problem) -> Double

  /// How often a demonstration has a digit that is replaced by a random one, 0 … 1; by default never.
  var noise: Double { get }

  /// A completion for supervised pretraining, which may be wrong. By default, the answer, damaged as often as
  /// ``noise`` says.
  /// - Parameters:
  ///   - problem: What is asked, by this task.
  ///   - generator: Decides whether and where the completion is wrong.
  func demonstration(of problem: Problem, using generator: inout SplitMix64) -> String
}

extension VerifiableTask {
  public static var generalizes: Bool { true }

  public var noise: Double { 0 }

  public func reward(for completion: String, ended: Bool, to problem: Problem) -> Double {
    ended && completion.utf8.elementsEqual(problem.answer.utf8) ? 1 : 0
  }

  public func demonstration(of problem: Problem, using generator: inout SplitMix64) -> String {
    Digits.damaged(problem.answer, with: noise, using: &generator)
  }
}

/// All tasks.
public enum TaskRegistry {
  public static let all: [any VerifiableTask.Type] = [
    AdditionTask.self, ScratchpadTask.self, ModularTask.self, MultiplicationTask.self,
    ChainTask.self, SortTask.self, CountdownTask.self, LetterTask.self, LookupTask.self,
    FileTask.self,
  ]

  /// The task with a name.
  /// - Parameters:
  ///   - name: One of the names of ``all``.
  ///   - options: Its settings.
  /// - Throws: ``TaskError/unknownTask(name:known:)``, and what the task throws for its options.
  public static func task(
    named name: String, options: TaskOptions = TaskOptions()
  ) throws(TaskError) -> any VerifiableTask {
    guard let kind = all.first(where: { $0.name == name }) else {
      throw .unknownTask(name: name, known: all.map { $0.name })
    }
    return try kind.init(options: options)
  }
}
