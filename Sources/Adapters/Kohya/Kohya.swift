package import LinearAlgebra

/// Adapters as kohya-ss, LyCORIS and diffusers save them: the mathematics of LoRA, LoHa or LoKr under other names, with
/// the alpha of each module beside its tensors.
///
/// | tensors | as PEFT has them |
/// | --- | --- |
/// | `lora_down.weight`, `lora_up.weight` (kohya-ss); `lora.down.weight`, `lora.up.weight`, `lora_linear_layer.down.weight`, … (diffusers) | `lora_A.weight`, `lora_B.weight` |
/// | `hada_w1_a`, …, `lokr_w1`, … (LyCORIS) | the same |
/// | `alpha`, one number | `lora_alpha`; without it the scale is 1 |
/// | `diff` | the whole update |
///
/// **Source:** kohya-ss/sd-scripts, `networks/lora.py`; KohakuBlueleaf/LyCORIS, `lycoris/modules`; diffusers,
/// `loaders/lora_conversion_utils.py`.
package enum Kohya: AdapterMethod {
  package static let key = "kohya"
  package static let summary = "LoRA, LoHa and LoKr as kohya-ss, LyCORIS and diffusers save them"
  package static let peftTypes = ["KOHYA"]

  static let alpha = "alpha"
  static let difference = "diff"
}

/// One module of such a file.
package struct SavedKohya: Adapter {
  package typealias Method = Kohya

  /// The names in a file and PEFT's.
  private static let names: [String: String] = {
    var names = [Kohya.alpha: Kohya.alpha, Kohya.difference: Kohya.difference]
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
    case difference(Matrix)
  }

  private let content: Content
  package let resolved: ResolvedModule

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in parameters { tensors[Self.names[name] ?? name] = tensor }
    let alpha = tensors.removeValue(forKey: Kohya.alpha)?.values.first
    if let difference = tensors[Kohya.difference], tensors.count == 1 {
      let rows = difference.shape.first ?? 1
      let columns = difference.shape.dropFirst().reduce(1, *)
      content = .difference(Matrix(rows: rows, columns: columns, values: difference.values))
      resolved = ResolvedModule(
        module: settings.module, method: Self.method, rank: nil, alpha: nil, scale: 1)
      return
    }
    let names = Set(tensors.keys)
    let type =
      Self.shared.first { $0.describes(names, settings: settings) }?.peftTypes.first
      ?? LoRA.peftTypes[0]
    let rank = tensors[LoRA.inputFactor]?.shape.first ?? settings.rank
    let adapter = try AdapterRegistry.adapter(
      parameters: tensors,
      settings: settings.translated(
        to: type, alpha: settings.configuration.alphaOverride ?? alpha ?? Double(rank)))
    content = .adapter(adapter)
    resolved = adapter.resolved
  }

  package var shape: MatrixShape? {
    switch content {
    case .adapter(let adapter): adapter.shape
    case .difference(let matrix): MatrixShape(rows: matrix.rows, columns: matrix.columns)
    }
  }

  package var needsBase: Bool {
    if case .adapter(let adapter) = content { adapter.needsBase } else { false }
  }

  package var biasChange: BiasChange? {
    if case .adapter(let adapter) = content { adapter.biasChange } else { nil }
  }

  package func check(against base: MatrixShape) throws(AdapterError) {
    switch content {
    case .adapter(let adapter): try adapter.check(against: base)
    case .difference(let matrix):
      let update = MatrixShape(rows: matrix.rows, columns: matrix.columns)
      guard update == base else {
        throw .baseShape(module: resolved.module, update: update, base: base)
      }
    }
  }

  package func workspace(for base: MatrixShape) -> Int {
    switch content {
    case .adapter(let adapter): adapter.workspace(for: base)
    case .difference(let matrix): 2 * matrix.values.count
    }
  }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    switch content {
    case .adapter(let adapter): return try adapter.weightUpdate(of: base)
    case .difference(let matrix):
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
