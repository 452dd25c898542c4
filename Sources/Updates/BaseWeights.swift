import Adapters
import Checkpoints
import Documents

/// The weights of a base model, found by the names that a checkpoint uses.
///
/// The names can differ: a checkpoint of a model with a head has `bert.encoder…` where the base has
/// `encoder…`, or the other way round; a base may store a fused parameter of a mixture of experts as
/// separate tensors, one expert at a time.
struct BaseWeights: Sendable {
  let model: ModelFolder
  /// The full names of the tensors, by their names without the first component, if those are unique.
  private let namesWithoutFirst: [String: String]

  init(_ model: ModelFolder) {
    self.model = model
    var names: [String: String?] = [:]
    for tensor in model.weights.tensors {
      guard let rest = Self.withoutFirstComponent(tensor.name) else { continue }
      names[rest] = names[rest] == nil ? .some(tensor.name) : .some(nil)
    }
    namesWithoutFirst = names.compactMapValues(\.self)
  }

  /// The name in the base of a tensor of the checkpoint; nil if there is none.
  func name(of tensor: String) -> String? {
    if model.hasWeight(named: tensor) { return tensor }
    if let longer = namesWithoutFirst[tensor] { return longer }
    var rest = tensor
    while let shorter = Self.withoutFirstComponent(rest), shorter.contains(".") {
      if model.weights[shorter] != nil { return shorter }
      rest = shorter
    }
    return nil
  }

  /// The whole tensor of this name in the base.
  func matrix(named name: String) throws(CheckpointError) -> StoredMatrix {
    StoredMatrix(try model.weight(named: name))
  }

  /// The experts in a stacked parameter such as `model.layers.0.mlp.experts.gate_up_proj`, each with its
  /// own name; empty if the base has no such parameter.
  func experts(of parameter: String) throws -> [Expert] {
    guard let dot = parameter.lastIndex(of: ".") else { return [] }
    let module = String(parameter[..<dot])
    let kind = String(parameter[parameter.index(after: dot)...])
    if let name = name(of: parameter) {
      let weight = try model.weight(named: name)
      guard weight.shape.count == 3 else {
        return [Expert(name: Self.withoutWeight(name), matrix: StoredMatrix(weight))]
      }
      let owner = name.dropLast(kind.count + 1)
      return try weight.expertIndices(of: name).map { index in
        Expert(name: "\(owner).\(index).\(kind)", matrix: StoredMatrix(weight, expert: index))
      }
    }
    for parts in Self.separateNames[kind] ?? [] {
      let found = try separateExperts(of: module, kind: kind, parts: parts)
      if !found.isEmpty { return found }
    }
    return []
  }

  /// One of the matrices of a stacked parameter.
  struct Expert: Sendable {
    let name: String
    let matrix: StoredMatrix
  }

  private func separateExperts(
    of module: String, kind: String, parts: [String]
  ) throws -> [Expert] {
    for owner in [module, module.replacing(".mlp.", with: ".block_sparse_moe.")] {
      var experts: [Expert] = []
      while true {
        let prefix = "\(owner).\(experts.count)"
        let names = parts.compactMap { name(of: "\(prefix).\($0).weight") }
        guard names.count == parts.count else { break }
        var pieces: [StoredMatrix.Piece] = []
        for name in names { pieces += try matrix(named: name).pieces }
        let widths = pieces.map(\.weight.columns)
        guard widths.allSatisfy({ $0 == widths[0] }) else {
          throw UpdateError.unevenExpert(tensors: names, widths: widths)
        }
        let rows = pieces.reduce(0) { $0 + $1.rows.count }
        experts.append(
          Expert(
            name: "\(prefix).\(kind)",
            matrix: StoredMatrix(
              pieces: pieces, rows: rows, columns: pieces[0].weight.columns)))
      }
      if !experts.isEmpty { return experts }
    }
    return []
  }

  /// The names of a fused parameter's parts if every expert is saved separately: the gate rows, then the up rows.
  private static let separateNames = [
    "gate_up_proj": [["gate_proj", "up_proj"], ["w1", "w3"]],
    "down_proj": [["down_proj"], ["w2"]],
  ]

  /// The closest name in the base, for an error.
  func nearest(to name: String) -> String? {
    NearestName.of(name, in: model.weights.tensors.lazy.map(\.name)).map(Self.withoutWeight)
  }

  /// How this type of model stores the weight of a module: out × in or in × out.
  ///
  /// - Parameter isFanInFanOut: `fan_in_fan_out` of an adapter; used if the model type is not known to store in × out.
  func layout(of module: String, isFanInFanOut: Bool) -> WeightLayout {
    guard let type = model.modelType, Self.transposingTypes.contains(type) else {
      return isFanInFanOut ? .inByOut : .outByIn
    }
    let kind = module.split(separator: ".").last ?? ""
    return Self.transposedKinds.contains(String(kind)) ? .inByOut : .outByIn
  }

  /// Model types whose linear layers are `Conv1D`.
  private static let transposingTypes: Set<String> = [
    "decision_transformer", "gpt2", "imagegpt", "openai-gpt",
  ]
  private static let transposedKinds: Set<String> = ["c_attn", "c_fc", "c_proj", "q_attn"]

  /// Model types that store the experts of a fused parameter in × out.
  var storesExpertsTransposed: Bool {
    ["aria", "aria_text", "gpt_oss", "openai_privacy_filter"].contains(model.modelType ?? "")
  }

  static func withoutWeight(_ name: String) -> String {
    name.hasSuffix(".weight") ? String(name.dropLast(7)) : name
  }

  private static func withoutFirstComponent(_ name: String) -> String? {
    name.firstIndex(of: ".").map { String(name[name.index(after: $0)...]) }
  }
}
