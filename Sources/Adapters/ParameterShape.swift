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

extension BaseWeight {
  package var matrixShape: MatrixShape { MatrixShape(rows: rows, columns: columns) }
}

/// One tensor of an adapter.
public struct ParameterShape: Sendable, Equatable {
  /// The part of its name in a PEFT file after the module's name, such as `lora_A.weight`.
  public let name: String
  public let rows: Int
  public let columns: Int
  public let isTrained: Bool
  /// Whether the method sets a frozen parameter itself in the course of training, so that a resumed run must find it.
  public let isChosen: Bool
  /// The factor on its learning rate.
  public let rateFactor: Double
  /// The shape in a file: as many numbers, in the same order.
  public let savedShape: [Int]
  /// Whether this is a part (the leading rows and columns) of a tensor that modules share, and that a file holds once. One
  /// that is trained has the same shape in all of them, and they train it together.
  public let isShared: Bool

  public init(
    name: String, rows: Int, columns: Int, isTrained: Bool = true, isChosen: Bool = false,
    rateFactor: Double = 1, savedShape: [Int]? = nil, isShared: Bool = false
  ) {
    let saved = savedShape ?? [rows, columns]
    precondition(saved.reduce(1, *) == rows * columns, "a saved shape holds the same numbers")
    self.name = name
    self.rows = rows
    self.columns = columns
    self.isTrained = isTrained
    self.isChosen = isChosen
    self.rateFactor = rateFactor
    self.savedShape = saved
    self.isShared = isShared
  }
}

/// The initial state of an adapter.
public struct AdapterStart: Sendable {
  /// In the order of the adapter's parameters.
  public let parameters: [Matrix]
  /// The frozen weight; nil if it is the base.
  public let frozen: Matrix?

  public init(parameters: [Matrix], frozen: Matrix? = nil) {
    self.parameters = parameters
    self.frozen = frozen
  }
}

/// The content of a file for one module.
public struct RestoredParameters: Sendable, Equatable {
  /// In the order of the adapter's parameters.
  public let parameters: [Matrix]
  /// The parameters of step 0, if the frozen weight depends on them; nil if it is the base.
  public let initial: [Matrix]?

  public init(parameters: [Matrix], initial: [Matrix]? = nil) {
    self.parameters = parameters
    self.initial = initial
  }
}
