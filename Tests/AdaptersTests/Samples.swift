import Adapters
import LinearAlgebra

/// Random parameters and settings of one module, the same at every run.
struct Samples {
  private var generator: SplitMix64

  init(seed: UInt64 = 7) { generator = SplitMix64(seed: seed) }

  mutating func matrix(_ rows: Int, _ columns: Int) -> Matrix {
    generator.gaussianMatrix(rows: rows, columns: columns)
  }

  mutating func tensor(_ shape: Int...) -> Tensor {
    let count = shape.reduce(1, *)
    return Tensor(shape: shape, values: matrix(1, count).values)
  }

  static func settings(
    _ peftType: String = "LORA", module: String = "layers.0.q_proj", rank: Int = 2,
    alpha: Double = 4, layout: WeightLayout = .outByIn, expert: ExpertPosition? = nil,
    start: SavedStart? = nil, _ change: (inout AdapterConfiguration) -> Void = { _ in }
  ) -> ModuleSettings {
    var configuration = AdapterConfiguration(peftType: peftType)
    change(&configuration)
    return ModuleSettings(
      module: module, rank: rank, alpha: alpha, configuration: configuration, layout: layout,
      expert: expert, start: start)
  }
}

extension Tensor {
  init(_ matrix: Matrix) {
    self.init(shape: [matrix.rows, matrix.columns], values: matrix.values)
  }

  init(zero shape: Int...) {
    self.init(shape: shape, values: Array(repeating: 0, count: shape.reduce(1, *)))
  }
}

extension Adapter {
  /// Every entry of the update of a base in memory.
  func dense(_ base: Matrix) throws -> Matrix {
    let base = DenseBaseWeight(base)
    return try weightUpdate(of: base).dense(base: base)
  }
}

/// Rounding of a product of a few terms: a hundred times the unit roundoff of its size.
func rounding(_ matrices: Matrix...) -> Double {
  100 * Double.ulpOfOne * matrices.reduce(0) { $0 + $1.frobeniusNorm() }
}

extension WeightUpdate {
  var isFactored: Bool { if case .factored = self { true } else { false } }
}

extension Double {
  /// This number with so many bits of the fraction, rounded to nearest: 7 for bfloat16, 10 for float16.
  func rounded(toBits bits: Int) -> Double {
    guard self != 0 else { return self }
    let ulp = Double(sign: .plus, exponent: Int(exponent) - bits, significand: 1)
    return (self / ulp).rounded(.toNearestOrEven) * ulp
  }
}
