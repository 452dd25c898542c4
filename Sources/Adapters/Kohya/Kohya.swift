package import LinearAlgebra

/// Adapters as kohya-ss, LyCORIS and diffusers save them: the mathematics of LoRA, LoHa or LoKr under other names, with
/// the alpha of each module beside its tensors.
///
/// | tensors | as PEFT has them |
/// | --- | --- |
/// | `lora_down.weight`, `lora_up.weight` (kohya-ss); `lora.down.weight`, `lora.up.weight`, `lora_linear_layer.down.weight`, … (diffusers) | `lora_A.weight`, `lora_B.weight` |
/// | `lora_mid.weight`, r × r × kernel (LyCORIS) | a part of `lora_A.weight`: Σⱼ mid[i, j, k] down[j, c] |
/// | `hada_w1_a`, …, `lokr_w1`, … (LyCORIS) | the same |
/// | `alpha`, one number | `lora_alpha`; without it the scale is 1, and so it is if both matrices of a LoKr are whole |
/// | `diff` | the whole update, of a matrix or of the gain of a norm |
///
/// **Source:** kohya-ss/sd-scripts, `networks/lora.py`; KohakuBlueleaf/LyCORIS, `lycoris/modules`; diffusers,
/// `loaders/lora_conversion_utils.py`.
package enum Kohya: AdapterMethod {
  package static let key = "kohya"
  package static let summary = "LoRA, LoHa and LoKr as kohya-ss, LyCORIS and diffusers save them"
  package static let peftTypes = ["KOHYA"]

  static let alpha = "alpha"
  static let difference = "diff"
  /// The core of a convolution's Tucker decomposition.
  static let core = "lora_mid.weight"
}

/// One module of such a file.
package struct SavedKohya: Adapter {
  package typealias Method = Kohya

  /// The names in a file and PEFT's.
  private static let names: [String: String] = {
    var names: [String: String] = [:]
    for name in [Kohya.alpha, Kohya.difference, Kohya.core] { names[name] = name }
    for kind in ["lora_", "lora.", "lora_linear_layer."] {
      names["\(kind)down.weight"] = LoRA.inputFactor
      names["\(kind)up.weight"] = LoRA.outputFactor
    }
    for name in LoRA.factors { names[name] = name }
    return names
  }()

  /// The types of PEFT whose tensors such files hold under PEFT's own names.
  private static let sameNames = ["LOHA", "LOKR"]

  private static var shared: [any Adapter.Type] {
    AdapterRegistry.saved.filter { !Set($0.peftTypes).isDisjoint(with: sameNames) }
  }

  package static var parameterNames: [String] {
    names.keys.sorted() + shared.flatMap { $0.parameterNames }
  }
  package static var factorNames: [String] { ["lora_up.weight", "lora.up.weight"] }

  private enum Content {
    case adapter(any Adapter)
    /// A vector is one row.
    case difference(Matrix, isVector: Bool)
  }

  private let content: Content
  package let resolved: ResolvedModule

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in parameters { tensors[Self.names[name] ?? name] = tensor }
    let alpha = tensors.removeValue(forKey: Kohya.alpha)?.values.first
    if let difference = tensors[Kohya.difference], tensors.count == 1 {
      content = .difference(Self.matrix(difference), isVector: difference.shape.count < 2)
      resolved = ResolvedModule(
        module: settings.module, method: Self.method, rank: nil, alpha: nil, scale: 1)
      return
    }
    let names = Set(tensors.keys)
    let type =
      Self.shared.first { $0.describes(names, settings: settings) }?.peftTypes.first
      ?? LoRA.peftTypes[0]
    let rank = Self.rank(of: tensors)
    // LyCORIS: where both matrices of a LoKr are whole, alpha is the rank that was asked for, and the scale 1.
    let isWhole = rank == nil && type == LoKr.peftTypes[0]
    let own = isWhole ? nil : settings.configuration.alphaOverride ?? alpha
    let adapter = try AdapterRegistry.adapter(
      parameters: Self.joined(tensors, module: settings.module),
      settings: settings.translated(to: type, alpha: own ?? Double(rank ?? settings.rank)))
    content = .adapter(adapter)
    resolved = adapter.resolved
  }

  /// A whole update as a matrix; that of a vector has one row.
  private static func matrix(_ difference: Tensor) -> Matrix {
    let isVector = difference.shape.count < 2
    return Matrix(
      rows: isVector ? 1 : difference.shape[0],
      columns: isVector
        ? difference.values.count : difference.shape.dropFirst().reduce(1, *),
      values: difference.values)
  }

  /// The rank of the factors; nil if there are none.
  private static func rank(of tensors: [String: Tensor]) -> Int? {
    let inputs = [
      LoRA.inputFactor, LoRA.embeddingInputFactor, LoHa.products[0].input,
      LoKr.secondFactors.input, LoKr.firstFactors.input,
    ]
    return inputs.lazy.compactMap { tensors[$0]?.shape.first }.first
  }

  /// The tensors as PEFT has them, where LyCORIS has other ones: A of a convolution in two parts, and a kernel of one
  /// dimension, which PEFT's LoKr multiplies in another order.
  private static func joined(
    _ tensors: [String: Tensor], module: String
  ) throws(AdapterError) -> [String: Tensor] {
    var joined = tensors
    if joined.removeValue(forKey: Kohya.core) != nil {
      let reader = try ParameterReader(module: module, filled: tensors)
      joined[LoRA.inputFactor] = try inputFactor(reader)
    }
    if let whole = tensors[LoKr.second], whole.shape.count == 3 {
      joined[LoKr.second] = Tensor(
        shape: [whole.shape[0], whole.shape[1] * whole.shape[2]], values: whole.values)
    }
    return joined
  }

  /// A[i, c, k] = Σⱼ mid[i, j, k] down[j, c].
  private static func inputFactor(_ reader: ParameterReader) throws(AdapterError) -> Tensor {
    let down = try reader.tensor(LoRA.inputFactor)
    let core = try reader.tensor(Kohya.core)
    guard down.shape.count >= 2, down.shape.dropFirst(2).allSatisfy({ $0 == 1 }) else {
      throw .parameterShape(
        module: reader.module, parameter: LoRA.inputFactor, found: down.shape,
        expected: [nil, nil, 1, 1])
    }
    guard core.shape.count >= 3, core.shape[1] == down.shape[0] else {
      throw .parameterShape(
        module: reader.module, parameter: Kohya.core, found: core.shape,
        expected: [down.shape[0], down.shape[0], nil, nil])
    }
    let inputs = Matrix(rows: down.shape[0], columns: down.shape[1], values: down.values)
    return Tensor(
      try LowRankTensor.contracted(inputs, with: core, named: Kohya.core, reader))
  }

  package var shape: MatrixShape? {
    switch content {
    case .adapter(let adapter): adapter.shape
    case .difference(let matrix, _): MatrixShape(rows: matrix.rows, columns: matrix.columns)
    }
  }

  package var needsBase: Bool {
    switch content {
    case .adapter(let adapter): adapter.needsBase
    // The gain of a norm is no matrix; the base says that it is one.
    case .difference(_, let isVector): isVector
    }
  }

  package var biasChange: BiasChange? {
    if case .adapter(let adapter) = content { adapter.biasChange } else { nil }
  }

  package func check(against base: MatrixShape) throws(AdapterError) {
    switch content {
    case .adapter(let adapter): try adapter.check(against: base)
    case .difference(let matrix, _):
      let update = MatrixShape(rows: matrix.rows, columns: matrix.columns)
      guard update == base else {
        throw .baseShape(module: resolved.module, update: update, base: base)
      }
    }
  }

  package func workspace(for base: MatrixShape) -> Int {
    switch content {
    case .adapter(let adapter): adapter.workspace(for: base)
    case .difference(let matrix, _): 2 * matrix.values.count
    }
  }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    switch content {
    case .adapter(let adapter): return try adapter.weightUpdate(of: base)
    case .difference(let matrix, _):
      try checkShape(of: base)
      return .dense(matrix)
    }
  }
}

extension ModuleSettings {
  /// The same module as an adapter of another type of PEFT.
  func translated(to peftType: String, alpha: Double) -> ModuleSettings {
    var configuration = configuration
    configuration.peftType = peftType
    return ModuleSettings(
      module: module, rank: rank, alpha: alpha, configuration: configuration, layout: layout,
      expert: expert, start: start)
  }
}
