import LinearAlgebra

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An activation function by its name in transformers (`ACT2FN`).
struct Activation {
  private let function: @Sendable (Double) -> Double

  /// The function that `act_fn` names; `relu` if it is absent.
  /// - Throws: ``AdapterError/field(key:expected:found:)`` for a function that is not known, or that has trained
  ///   parameters of its own.
  init(_ reader: FieldReader) throws(AdapterError) {
    function = try reader.choice("act_fn", Self.functions) ?? { max($0, 0) }
  }

  func applied(to matrix: Matrix) -> Matrix {
    var result = matrix
    result.values = result.values.map(function)
    return result
  }

  private static let functions: KeyValuePairs<String, @Sendable (Double) -> Double> = [
    "relu": { max($0, 0) },
    "gelu": gelu,
    "gelu_python": gelu,
    "gelu_10": { min(max(gelu($0), -10), 10) },
    "gelu_new": tanhGELU,
    "gelu_fast": { 0.5 * $0 * (1 + tanh($0 * 0.7978845608 * (1 + 0.044715 * $0 * $0))) },
    "gelu_pytorch_tanh": tanhGELU,
    "gelu_python_tanh": tanhGELU,
    "gelu_accurate": tanhGELU,
    "quick_gelu": { $0 * logistic(1.702 * $0) },
    "silu": { $0 * logistic($0) },
    "swish": { $0 * logistic($0) },
    "mish": { $0 * tanh(softplus($0)) },
    "hardswish": { $0 * min(max($0 + 3, 0), 6) / 6 },
    "laplace": { 0.5 * (1 + erf(($0 - 0.707107) / (0.282095 * (2.0).squareRoot()))) },
    "leaky_relu": { $0 < 0 ? 0.01 * $0 : $0 },
    "relu2": { max($0, 0) * max($0, 0) },
    "relu6": { min(max($0, 0), 6) },
    "sigmoid": logistic,
    "tanh": { tanh($0) },
    "linear": { $0 },
    "sqrtsoftplus": { softplus($0).squareRoot() },
  ]

  @Sendable private static func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  @Sendable private static func softplus(_ x: Double) -> Double {
    max(x, 0) + log1p(exp(-abs(x)))
  }

  @Sendable private static func gelu(_ x: Double) -> Double {
    0.5 * x * (1 + erf(x / (2.0).squareRoot()))
  }

  @Sendable private static func tanhGELU(_ x: Double) -> Double {
    0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
  }
}
