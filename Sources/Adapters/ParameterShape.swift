public import LinearAlgebra

/// The size of a matrix.
public struct MatrixShape: Sendable, Equatable, CustomStringConvertible {
  public let rows: Int
  public let columns: Int

  public init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }

  public var description: String { "\(rows)×\(columns)" }
}

/// One tensor of an adapter.
public struct ParameterShape: Sendable, Equatable {
  /// What follows the module's name in a file of PEFT, such as `lora_A.weight`.
  public let name: String
  public let rows: Int
  public let columns: Int
  public let isTrained: Bool
  /// How much faster than the others it learns.
  public let rateFactor: Double
  /// The shape in a file, of `rows · columns` numbers in the same order.
  public let savedShape: [Int]
  /// A part of a tensor that all modules share and that a file holds once: its leading rows and columns.
  public let isShared: Bool

  public init(
    name: String, rows: Int, columns: Int, isTrained: Bool = true, rateFactor: Double = 1,
    savedShape: [Int]? = nil, isShared: Bool = false
  ) {
    let saved = savedShape ?? [rows, columns]
    precondition(saved.reduce(1, *) == rows * columns, "a saved shape holds the same numbers")
    self.name = name
    self.rows = rows
    self.columns = columns
    self.isTrained = isTrained
    self.rateFactor = rateFactor
    self.savedShape = saved
    self.isShared = isShared
  }
}

/// Where an adapter starts.
public struct AdapterStart: Sendable {
  /// Like the adapter's parameters.
  public let parameters: [Matrix]
  /// The frozen weight; nil if it is the base.
  public let frozen: Matrix?

  public init(parameters: [Matrix], frozen: Matrix? = nil) {
    self.parameters = parameters
    self.frozen = frozen
  }
}

/// What a file holds of one module.
public struct RestoredParameters: Sendable, Equatable {
  /// Like the adapter's parameters.
  public let parameters: [Matrix]
  /// The same of step 0, where the frozen weight depends on them; nil where it is the base.
  public let initial: [Matrix]?

  public init(parameters: [Matrix], initial: [Matrix]? = nil) {
    self.parameters = parameters
    self.initial = initial
  }
}
