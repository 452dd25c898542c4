public import LinearAlgebra

/// Where the factors of LoRA begin: A₀ and B₀ of s·B₀A₀.
///
/// A new start is one file in `Training/Starts` and one line in ``FactorStartRegistry/all``.
public protocol FactorStart: Sendable {
  /// Key on the command line; alone it stands for LoRA with this start.
  static var key: String { get }
  /// One line for `list adapters`.
  static var summary: String { get }
  /// Whether the frozen weight becomes W − s·B₀A₀; otherwise B₀A₀ is zero.
  static var leavesResidual: Bool { get }
  /// Whether the factors depend on a batch of the task.
  static var needsCalibration: Bool { get }

  /// Throws if the start cannot give factors of this rank.
  static func check(rank: Int, module: AdaptedModule) throws(AdapterError)

  init()

  /// The first factors.
  /// - Parameters:
  ///   - base: The pretrained weight, out × in, of finite numbers.
  ///   - rank: Not above the smaller dimension.
  ///   - scale: s.
  ///   - generator: Where random numbers come from.
  ///   - calibration: A batch of the task, which most starts ignore.
  func factors(
    base: Matrix, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair
}

extension FactorStart {
  public static var leavesResidual: Bool { false }
  public static var needsCalibration: Bool { false }
  public static func check(rank: Int, module: AdaptedModule) throws(AdapterError) {}

  /// The calibration, if there is one.
  static func required(_ calibration: Calibration?) throws(AdapterError) -> Calibration {
    guard let calibration else { throw .calibrationNeeded(start: key) }
    return calibration
  }
}

/// The two factors of LoRA.
public struct FactorPair: Sendable, Equatable {
  /// A, r × in.
  public let input: Matrix
  /// B, out × r.
  public let output: Matrix

  public init(input: Matrix, output: Matrix) {
    self.input = input
    self.output = output
  }

  /// A, and a B of zeros.
  init(input: Matrix, outputs: Int) {
    self.init(input: input, output: Matrix(rows: outputs, columns: input.rows))
  }

  /// B = U√(Σ/s) and A = √(Σ/s)Vᵀ, so that s·BA is the sum of these triplets.
  init(splitting triplets: SingularTriplets, scale: Double) {
    let roots = Matrix.diagonal(triplets.values.map { (max($0, 0) / scale).squareRoot() })
    self.init(input: roots * triplets.right, output: triplets.left * roots)
  }
}

extension SingularTriplets {
  /// The triplets of a range of positions, counted from the largest.
  func slice(_ range: Range<Int>) -> SingularTriplets {
    SingularTriplets(
      left: left.columnSlice(range), values: Array(values[range]), right: right.rowSlice(range))
  }

  /// The last ones.
  func trailing(_ count: Int) -> SingularTriplets { slice(values.count - count..<values.count) }
}
